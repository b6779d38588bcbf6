'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { injectScript, type ScriptReport, seenBy } from '@/lib/client/injected-script'
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
} from '@/lib/client/storage-experiment'
import { askTab } from '@/lib/client/storage-probe'
import { useApp } from '../_components/app-state'

export type ScriptOutcome = ScriptReport & { overheardIsToken: boolean }

/** The experiment: what was seen so far, and how to find out more. What it planted is removed after each look and on leaving. */
export function useExperiment() {
  const { api, call, demo, mode, signedIn } = useApp()
  const [outcomes, setOutcomes] = useState<Outcomes>({})
  const [running, setRunning] = useState<Trial | null>(null)
  const [silent, setSilent] = useState<Trial | null>(null)
  const [report, setReport] = useState<ScriptReport | null>(null)
  /** What lies in the closed tab's places, between the two clicks. */
  const [closedHash, setClosedHash] = useState<string | null>(null)
  const isReloading = useRef(false)
  const places = PLACES.filter(place => demo || place !== 'localStorage')
  const placesNow = useRef(places)
  placesNow.current = places

  const note = useCallback(
    (trial: Trial, seen: Seen | null) => (seen ? setOutcomes(now => ({ ...now, [trial]: seen })) : setSilent(trial)),
    [],
  )

  // Once per page load: whether this is the load after the experiment's own reload.
  useEffect(() => {
    const progress = takeProgress()
    if (!progress) return clean()
    setOutcomes(progress.outcomes)
    void look(KEYS.page, progress.hash, placesNow.current).then(seen => {
      note('reload', seen)
      clean()
    })
  }, [note])

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

  const token = signedIn.status === 'in' && mode === 'token' ? api.keeper.get() : null

  async function run(trial: Trial) {
    setSilent(null)
    setRunning(trial)
    const value = (signedIn.status === 'in' && mode === 'token' ? api.keeper.get() : null) ?? createMarker()
    const hash = await hashOf(value)
    if (trial === 'reload') {
      plant(KEYS.page, value, places)
      keepProgress({ hash, outcomes })
      isReloading.current = true
      return window.location.reload()
    }
    if (trial === 'tab') {
      plant(KEYS.page, value, places)
      const answer = await askTab({ type: 'look', key: KEYS.page, hash })
      note('tab', answer?.type === 'seen' ? answer.seen : null)
    }
    if (trial === 'closed') await runClosed(value, hash)
    if (trial === 'script') {
      plant(KEYS.page, value, places)
      const told = await injectScript(() => call('GET', '/api/me'))
      setReport(told)
      note('script', told && seenBy(told, value, places))
    }
    if (trial !== 'closed') clean()
    setRunning(null)
  }

  /** First click: a tab that keeps it and closes. Second click: the same page again, in a tab of its own. */
  async function runClosed(value: string, hash: string) {
    if (closedHash === null) {
      const answer = await askTab({ type: 'plant', key: KEYS.closed, value })
      return answer ? setClosedHash(hash) : setSilent('closed')
    }
    const answer = await askTab({ type: 'look', key: KEYS.closed, hash: closedHash })
    note('closed', answer?.type === 'seen' ? answer.seen : null)
    setClosedHash(null)
    clean()
  }

  function startOver() {
    clean()
    setOutcomes({})
    setReport(null)
    setClosedHash(null)
    setSilent(null)
  }

  return {
    places,
    outcomes,
    running,
    silent,
    report,
    isTabClosed: closedHash !== null,
    subject: token ? ('token' as const) : ('marker' as const),
    run,
    startOver,
  }
}
