'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import {
  clean,
  createMarker,
  hashOf,
  KEYS,
  keepProgress,
  look,
  type Outcomes,
  PLACES,
  plant,
  type Seen,
  type Trial,
  takeProgress,
} from '@/lib/labs/storage/experiment'
import { injectScript, type ScriptReport, seenBy } from '@/lib/labs/storage/injected-script'
import { askTab } from '@/lib/labs/storage/probe'
import { useApp } from '../_components/app-state'
import { useClosedTab } from './use-closed-tab'

/**
 * The experiment: what was seen so far, and how to find out more. What it planted is removed after
 * each look and on leaving.
 */
export function useExperiment() {
  const { api, call, demo, mode, signedIn } = useApp()
  const [outcomes, setOutcomes] = useState<Outcomes>({})
  const [running, setRunning] = useState<Trial | null>(null)
  const [silent, setSilent] = useState<Trial | null>(null)
  const [report, setReport] = useState<ScriptReport | null>(null)
  const closed = useClosedTab()
  const isReloading = useRef(false)
  // localStorage weakens what is kept there: outside demo mode it is no choice, here as in the
  // settings.
  const [places] = useState(() => PLACES.filter(place => demo || place !== 'localStorage'))
  const tokenNow = () => (signedIn.status === 'in' && mode === 'token' ? api.keeper.get() : null)

  const note = useCallback(
    (trial: Trial, seen: Seen | null) =>
      seen ? setOutcomes(now => ({ ...now, [trial]: seen })) : setSilent(trial),
    [],
  )

  // Once per page load: whether this is the load after the experiment's own reload.
  useEffect(() => {
    const progress = takeProgress()
    if (!progress) return clean()
    setOutcomes(progress.outcomes)
    void look(KEYS.page, progress.hash, places).then(seen => {
      note('reload', seen)
      clean()
    })
  }, [note, places])

  useEffect(() => {
    const leave = () => {
      if (!isReloading.current) clean()
    }
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [])

  /** What each trial does once the value lies in its places. */
  const TRY: Record<Exclude<Trial, 'closed'>, (value: string, hash: string) => Promise<void>> = {
    async reload(_, hash) {
      keepProgress({ hash, outcomes })
      isReloading.current = true
      window.location.reload()
      // Nothing more is to be done on this page.
      await new Promise(() => undefined)
    },
    async tab(_, hash) {
      const answer = await askTab({ type: 'look', key: KEYS.page, hash })
      note('tab', answer?.type === 'seen' ? answer.seen : null)
    },
    async script(value) {
      const told = await injectScript(() => call('GET', '/api/me'))
      setReport(told)
      note('script', told && seenBy(told, value, places))
    },
  }

  async function run(trial: Trial) {
    setSilent(null)
    setRunning(trial)
    const value = tokenNow() ?? createMarker()
    const hash = await hashOf(value)
    if (trial === 'closed') {
      const seen = await closed.run(value, hash)
      if (seen !== 'half') note('closed', seen)
    } else {
      plant(KEYS.page, value, places)
      await TRY[trial](value, hash)
      // What a closed tab was given stays for the second click.
      clean([KEYS.page])
    }
    setRunning(null)
  }

  function startOver() {
    clean()
    closed.forget()
    setOutcomes({})
    setReport(null)
    setSilent(null)
  }

  const subject = tokenNow() ? ('token' as const) : ('marker' as const)
  return {
    places,
    outcomes,
    running,
    silent,
    report,
    isTabClosed: closed.isTabClosed,
    subject,
    run,
    startOver,
  }
}
