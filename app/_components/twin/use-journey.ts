'use client'

import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useRef, useState } from 'react'
import { askForCast, type Credentials } from '@/lib/client/cast'
import { MODES, type Mode } from '@/lib/settings/settings'
import { credentialsOf } from '@/lib/wire/view/credentials'
import { toExchanges } from '@/lib/wire/view/exchanges'
import { useApp } from '../app-state'
import {
  type Journey,
  type Outcome,
  RUN,
  SHORT_SECONDS,
  STAGES,
  type Stage,
  signInForShort,
} from './journey'

/** A moment to read between two stages when all of them are played. */
const PACE = 1200

class Left extends Error {}

const pause = (milliseconds: number) =>
  new Promise(resolve => window.setTimeout(resolve, milliseconds))

/**
 * The journey of both modes: where it is, what came back, and how to go on. Ends where it is when
 * the page is left.
 */
export function useJourney() {
  const t = useTranslations('twin')
  const { api, feed, settings, changeSettings, reload } = useApp()
  const [done, setDone] = useState(0)
  const [running, setRunning] = useState<Stage | null>(null)
  const [outcomes, setOutcomes] = useState<Outcome[]>([])
  const [failed, setFailed] = useState(false)
  const written = useRef<Record<Mode, { id: string | null }>>({
    session: { id: null },
    token: { id: null },
  })
  const editor = useRef<Credentials | null>(null)
  const here = useRef(true)

  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])

  const untilExpired = useCallback(
    async (mode: Mode) => {
      // The server's own moment, as the wire told it; none means that nothing was issued.
      const expiry = () => {
        const held = credentialsOf(toExchanges(feed.getState().steps))
        const at = mode === 'session' ? held.session?.idleExpiresAt : held.token?.expiresAt
        return at ? Date.parse(at) + feed.getState().clockOffset : 0
      }
      while (here.current && Date.now() <= expiry() + 250) await pause(200)
      if (!here.current) throw new Left()
    },
    [feed],
  )

  const walk = useCallback(
    async (step: (journey: Journey) => Promise<void>): Promise<boolean> => {
      let good = true
      const asked = editor.current ? null : await askForCast(api, 'session', 'editor')
      const credentials = editor.current ?? asked?.credentials ?? null
      editor.current = credentials
      const report = (mode: Mode): Journey['report'] => {
        return ({ status, traceId }, what, expected) => {
          if (!here.current) throw new Left()
          setOutcomes(now => [
            ...now.filter(old => old.what !== what || old.mode !== mode),
            { mode, what, status, traceId },
          ])
          if (!expected.includes(status)) good = false
        }
      }
      const start = async (mode: Mode) => {
        if (asked && !credentials) report(mode)(asked.answer, 'cast', [])
        if (!credentials) return
        await step({
          api,
          mode,
          editor: credentials,
          refresh: settings.refresh,
          note: { title: t('note-title'), body: t('note-body', { mode }) },
          written: written.current[mode],
          untilExpired,
          report: report(mode),
        })
      }
      await Promise.all(MODES.map(start))
      return good
    },
    [api, settings.refresh, t, untilExpired],
  )

  /**
   * Signs in anew with short lifetimes, and puts this browser's own back at once: what was issued
   * keeps its own end.
   */
  const shorten = useCallback(async (): Promise<boolean> => {
    const { accessTokenSeconds, idleSeconds } = settings
    await changeSettings({ accessTokenSeconds: SHORT_SECONDS, idleSeconds: SHORT_SECONDS })
    try {
      return await walk(signInForShort)
    } finally {
      await changeSettings({ accessTokenSeconds, idleSeconds })
    }
  }, [settings, changeSettings, walk])

  const run = useCallback(
    async (stage: Stage): Promise<boolean> => {
      setRunning(stage)
      setFailed(false)
      try {
        const good = (stage !== 'expire' || (await shorten())) && (await walk(RUN[stage]))
        if (stage === 'sign-in' || stage === 'sign-out') await reload()
        setFailed(!good)
        if (good) setDone(STAGES.indexOf(stage) + 1)
        return good
      } catch (thrown) {
        if (!(thrown instanceof Left)) throw thrown
        // Somebody may be signed in now who was not before.
        await reload()
        return false
      } finally {
        setRunning(null)
      }
    },
    [shorten, walk, reload],
  )

  const reset = useCallback(() => {
    editor.current = null
    setDone(0)
    setFailed(false)
    setOutcomes([])
  }, [])

  async function playAll() {
    const from = done === STAGES.length ? 0 : done
    if (from === 0) reset()
    for (const stage of STAGES.slice(from)) {
      if (!here.current || !(await run(stage))) return
      await pause(PACE)
    }
  }

  return { done, running, outcomes, failed, run, reset, playAll }
}
