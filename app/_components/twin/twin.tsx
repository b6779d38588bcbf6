'use client'

import { Check, Play, RotateCcw, StepForward } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useRef, useState } from 'react'
import { MODES, type Mode, type Settings } from '@/lib/settings'
import { credentialsOf, toExchanges } from '@/lib/wire/exchanges'
import { useApp, useWire } from '../app-state'
import { Notice } from '../notice'
import { useReady } from '../use-ready'
import { FeedStatus } from '../wire/wire-panel'
import { JOURNEY_SECONDS, type Outcome, RUN, STAGES, type Stage } from './journey'
import { TwinPanel } from './twin-panel'

type Lifetimes = Pick<Settings, 'accessTokenSeconds' | 'idleSeconds'>

/** Both sign-ins side by side, walking the same way at the same time. */
export function Twin() {
  const t = useTranslations('twin')
  const ready = useReady()
  const { api, feed, settings, demo, signedIn, changeSettings, reload } = useApp()
  const { exchanges } = useWire()
  const [done, setDone] = useState(0)
  const [running, setRunning] = useState<Stage | null>(null)
  const [traces, setTraces] = useState<Record<Mode, string[]>>({ session: [], token: [] })
  const [outcomes, setOutcomes] = useState<Outcome[]>([])
  const [failed, setFailed] = useState(false)
  const own = useRef<Lifetimes | null>(null)
  const written = useRef<Record<Mode, { id: string | null }>>({ session: { id: null }, token: { id: null } })

  const restore = useCallback(async () => {
    const lifetimes = own.current
    own.current = null
    if (lifetimes) await changeSettings(lifetimes)
  }, [changeSettings])

  // Whoever leaves in the middle gets their own lifetimes back.
  const leave = useRef(restore)
  leave.current = restore
  useEffect(() => () => void leave.current(), [])

  /** The moment the newest credential of a mode ends, as the wire told it. */
  const expiryOf = useCallback(
    (mode: Mode): number => {
      const held = credentialsOf(toExchanges(feed.getState().steps))
      const at = mode === 'session' ? held.session?.idleExpiresAt : held.token?.expiresAt
      return at ? Date.parse(at) + feed.getState().clockOffset : 0
    },
    [feed],
  )

  const untilExpired = useCallback(
    (mode: Mode) =>
      new Promise<void>(resolve => {
        const look = () => (Date.now() > expiryOf(mode) + 250 ? resolve() : window.setTimeout(look, 200))
        look()
      }),
    [expiryOf],
  )

  const run = useCallback(
    async (stage: Stage): Promise<boolean> => {
      setRunning(stage)
      if (stage === 'sign-in') {
        own.current = { accessTokenSeconds: settings.accessTokenSeconds, idleSeconds: settings.idleSeconds }
        await changeSettings({ accessTokenSeconds: JOURNEY_SECONDS, idleSeconds: JOURNEY_SECONDS })
      }
      let good = true
      const walk = async (mode: Mode) => {
        const report = (answer: { status: number; traceId: string }, what: string) => {
          setTraces(now => ({ ...now, [mode]: [...now[mode], answer.traceId] }))
          if (what !== 'replay-started') setOutcomes(now => [...now, { stage, mode, what, status: answer.status }])
          if (answer.status === 0 || answer.status >= 500 || answer.status === 429) good = false
        }
        const note = { title: t('note-title'), body: t('note-body', { mode }) }
        await RUN[stage]({ api, mode, note, written: written.current[mode], untilExpired, report })
      }
      await Promise.all(MODES.map(walk))
      if (stage === 'replay') {
        await restore()
        await reload()
      }
      setRunning(null)
      setFailed(!good)
      if (good) setDone(STAGES.indexOf(stage) + 1)
      return good
    },
    [api, settings, changeSettings, untilExpired, restore, reload, t],
  )

  function reset() {
    setDone(0)
    setOutcomes([])
    setTraces({ session: [], token: [] })
  }

  async function playAll() {
    const from = done === STAGES.length ? 0 : done
    if (from === 0) reset()
    for (const stage of STAGES.slice(from)) if (!(await run(stage))) return
  }

  const next = STAGES[done]
  const busy = running !== null || !ready
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center gap-x-8 gap-y-4">
        <ol className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm" aria-label={t('stages')}>
          {STAGES.map((stage, index) => {
            const state = running === stage ? 'now' : index < done ? 'done' : 'ahead'
            return (
              <li
                key={stage}
                data-state={state}
                aria-current={state === 'now' ? 'step' : undefined}
                className="flex items-center gap-2 text-muted data-[state=done]:text-ink data-[state=now]:font-semibold data-[state=now]:text-ink"
              >
                <span
                  className={`grid size-6 place-items-center rounded-full border font-mono text-xs ${state === 'done' ? 'border-ink bg-ink text-paper' : state === 'now' ? 'border-ink ring-2 ring-line' : 'border-line'}`}
                >
                  {state === 'done' ? <Check aria-label={t('done')} className="size-3.5" /> : index + 1}
                </span>
                {t(`stage.${stage}`)}
              </li>
            )
          })}
        </ol>
        {demo && (
          <div className="ml-auto flex flex-wrap gap-2">
            <button type="button" className="button button-primary" disabled={busy} onClick={() => void playAll()}>
              <Play aria-hidden className="size-4" />
              {t(running ? 'playing' : done === 0 || done === STAGES.length ? 'play' : 'play-rest')}
            </button>
            <button type="button" className="button" disabled={busy || !next} onClick={() => next && void run(next)}>
              <StepForward aria-hidden className="size-4" />
              {next ? t('next', { stage: t(`stage.${next}`) }) : t('all-done')}
            </button>
            <button
              type="button"
              className="button"
              disabled={busy || done === 0}
              onClick={reset}
              aria-label={t('reset')}
              title={t('reset')}
            >
              <RotateCcw aria-hidden className="size-4" />
            </button>
          </div>
        )}
      </div>
      <div className="mb-4 space-y-2">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <FeedStatus />
          <p className="text-xs text-muted" role="status">
            {running === 'expire'
              ? t('waiting', { seconds: JOURNEY_SECONDS })
              : t('lifetimes', { seconds: JOURNEY_SECONDS })}
          </p>
        </div>
        {!demo && (
          <Notice kind="info">
            {t('no-demo')}{' '}
            <Link href="/sign-in" prefetch={false} className="underline underline-offset-4">
              {t('sign-in')}
            </Link>
          </Notice>
        )}
        {failed && <Notice kind="bad">{t('failed')}</Notice>}
        {demo && signedIn.status === 'in' && done === 0 && running === null && (
          <Notice kind="info">{t('replaces', { name: signedIn.user.name })}</Notice>
        )}
      </div>
      <div className="grid gap-5 lg:grid-cols-2">
        {MODES.map(mode => (
          <TwinPanel
            key={mode}
            mode={mode}
            exchanges={exchanges.filter(({ traceId }) => traces[mode].includes(traceId))}
            isIdle={done === 0 && running === null}
          />
        ))}
      </div>
      {outcomes.length > 0 && <Outcomes outcomes={outcomes} />}
    </>
  )
}

/** What came back, side by side: one row for each thing that was done. */
function Outcomes({ outcomes }: { outcomes: Outcome[] }) {
  const t = useTranslations('twin')
  const things = [...new Set(outcomes.map(outcome => outcome.what))]
  return (
    <section className="card mt-5 overflow-x-auto p-4" aria-label={t('outcomes')}>
      <table className="w-full text-sm">
        <caption className="pb-2 text-left font-semibold">{t('outcomes')}</caption>
        <thead>
          <tr className="border-b border-line text-left text-muted">
            <th scope="col" className="py-1.5 pr-4 font-medium">
              {t('what')}
            </th>
            {MODES.map(mode => (
              <th scope="col" key={mode} className="py-1.5 pr-4 font-medium">
                {t(`name-${mode}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {things.map(what => (
            <tr key={what} className="border-b border-line last:border-0">
              <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                {t(`did.${what}`)}
              </th>
              {MODES.map(mode => {
                const outcome = outcomes.find(candidate => candidate.what === what && candidate.mode === mode)
                return (
                  <td key={mode} data-mode={mode} className="py-1.5 pr-4">
                    {outcome && (
                      <>
                        <span className={`font-mono font-semibold ${outcome.status >= 400 ? 'text-bad' : 'text-hue'}`}>
                          {outcome.status}
                        </span>
                        {t.has(`lesson.${what}-${mode}-${outcome.status}`) && (
                          <span className="ml-2 text-muted">{t(`lesson.${what}-${mode}-${outcome.status}`)}</span>
                        )}
                      </>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
