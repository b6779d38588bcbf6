'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { openChannel } from '@/lib/client/token-client'
import { look, PLACES, plant } from '@/lib/labs/storage/experiment'
import { PROBE_CHANNEL, type ProbeMessage } from '@/lib/labs/storage/probe'
import { useApp } from '../../_components/app-state'
import { PageHead } from '../../_components/page-head'

/** How long a person may look at this tab before it closes itself, in milliseconds. */
const GLANCE = 900

/**
 * A tab of the experiment: does what it is told by the page that opened it, says what it saw, and
 * closes.
 */
export function Probe() {
  const t = useTranslations('storage')
  const { demo, signedIn } = useApp()
  const [state, setState] = useState<'waiting' | 'looked' | 'planted'>('waiting')

  useEffect(() => {
    const run = new URLSearchParams(window.location.search).get('run') ?? ''
    const places = PLACES.filter(place => demo || place !== 'localStorage')
    const channel = openChannel(PROBE_CHANNEL)
    if (!channel) return
    const say = (message: ProbeMessage) => channel.postMessage(message)
    channel.onmessage = async ({ data }: MessageEvent<ProbeMessage>) => {
      if (data.run !== run) return
      if (data.type === 'look') {
        say({ run, type: 'seen', seen: await look(data.key, data.hash, places) })
        setState('looked')
      }
      if (data.type === 'plant') {
        plant(data.key, data.value, places)
        say({ run, type: 'planted' })
        setState('planted')
      }
    }
    say({ run, type: 'ready' })
    return () => channel.close()
  }, [demo])

  // A tab that is closed while its refresh cookie is being replaced would lose the new one: first
  // the page has to know who it is.
  const mayClose = state !== 'waiting' && signedIn.status !== 'loading'
  useEffect(() => {
    if (!mayClose) return
    const timer = window.setTimeout(() => window.close(), GLANCE)
    return () => window.clearTimeout(timer)
  }, [mayClose])

  return (
    <div role="status">
      <PageHead title={t('probe-title')}>{t(`probe.${state}`)}</PageHead>
    </div>
  )
}
