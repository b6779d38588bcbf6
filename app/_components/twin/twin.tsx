'use client'

import { Check, Play, RotateCcw, StepForward } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { MODES } from '@/lib/settings/settings'
import { useApp } from '../app-state'
import { Notice } from '../notice'
import { useReady } from '../use-ready'
import { FeedNote, FeedStatus } from '../wire/feed-status'
import { useWire } from '../wire/use-wire'
import { SHORT_SECONDS, STAGES, type Stage } from './journey'
import { Outcomes } from './outcomes'
import { TwinPanel } from './twin-panel'
import { useJourney } from './use-journey'

/** Both sign-ins side by side, walking the same way at the same time. */
export function Twin() {
  const t = useTranslations('twin')
  const ready = useReady()
  const { demo, signedIn } = useApp()
  const { feed, exchanges } = useWire()
  // What cannot be watched is not played.
  const canPlay = demo && feed.status !== 'off'
  const { done, running, outcomes, failed, run, reset, playAll } = useJourney()
  const next = STAGES[done]
  const busy = running !== null || !ready
  const isIdle = done === 0 && running === null && outcomes.length === 0
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center gap-x-8 gap-y-4">
        <Stages done={done} running={running} />
        {canPlay && (
          <div className="ml-auto flex flex-wrap gap-2">
            <Press primary isOff={busy} onPress={() => void playAll()}>
              <Play aria-hidden className="size-4" />
              {t(running ? 'playing' : done === 0 || !next ? 'play' : 'play-rest')}
            </Press>
            <Press isOff={busy || !next} onPress={() => next && void run(next)}>
              <StepForward aria-hidden className="size-4" />
              {next ? t('next', { stage: t(`stage.${next}`) }) : t('all-done')}
            </Press>
            <Press isOff={busy || isIdle} onPress={reset} label={t('reset')}>
              <RotateCcw aria-hidden className="size-4" />
            </Press>
          </div>
        )}
      </div>
      <div className="mb-4 space-y-2">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <FeedStatus />
          <p className="text-xs text-muted" role="status">
            {t(running === 'expire' ? 'waiting' : 'lifetimes', { seconds: SHORT_SECONDS })}
          </p>
        </div>
        {demo && <FeedNote />}
        {!demo && (
          <Notice kind="info">
            {t('no-demo')}{' '}
            <Link href="/sign-in" prefetch={false} className="underline underline-offset-4">
              {t('sign-in')}
            </Link>
          </Notice>
        )}
        {failed && <Notice kind="bad">{t('failed')}</Notice>}
        {demo && signedIn.status !== 'out' && isIdle && (
          <Notice kind="info">{t('replaces')}</Notice>
        )}
      </div>
      <div className="grid gap-5 lg:grid-cols-2">
        {MODES.map(mode => {
          const own = new Set(
            outcomes.filter(outcome => outcome.mode === mode).map(({ traceId }) => traceId),
          )
          return (
            <TwinPanel
              key={mode}
              mode={mode}
              exchanges={exchanges.filter(({ traceId }) => own.has(traceId))}
              isIdle={isIdle}
            />
          )
        })}
      </div>
      {outcomes.length > 0 && <Outcomes outcomes={outcomes} exchanges={exchanges} />}
    </>
  )
}

function Stages({ done, running }: { done: number; running: Stage | null }) {
  const t = useTranslations('twin')
  return (
    <ol className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm" aria-label={t('stages')}>
      {STAGES.map((stage, index) => {
        const state = running === stage ? 'now' : index < done ? 'done' : 'ahead'
        const look = {
          now: 'border-ink ring-2 ring-line',
          done: 'border-ink bg-ink text-paper',
          ahead: 'border-line',
        }
        return (
          <li
            key={stage}
            data-state={state}
            aria-current={state === 'now' ? 'step' : undefined}
            className="flex items-center gap-2 text-muted data-[state=done]:text-ink data-[state=now]:font-semibold data-[state=now]:text-ink"
          >
            <span
              className={`grid size-6 place-items-center rounded-full border font-mono text-xs ${look[state]}`}
            >
              {state === 'done' ? <Check aria-label={t('done')} className="size-3.5" /> : index + 1}
            </span>
            {t(`stage.${stage}`)}
          </li>
        )
      })}
    </ol>
  )
}

type PressProps = {
  primary?: boolean
  isOff: boolean
  label?: string
  onPress(): void
  children: React.ReactNode
}

/** A button that keeps the keyboard's place while it is off: a disabled one would drop it. */
function Press({ primary = false, isOff, label, onPress, children }: PressProps) {
  return (
    <button
      type="button"
      className={`button ${primary ? 'button-primary' : ''}`}
      aria-disabled={isOff}
      aria-label={label}
      title={label}
      onClick={() => !isOff && onPress()}
    >
      {children}
    </button>
  )
}
