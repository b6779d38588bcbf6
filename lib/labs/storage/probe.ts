import { openChannel } from '../../client/token-client.ts'
import type { PlantKey, Seen } from './experiment.ts'

/**
 * What a page and the tab it opened tell each other. They share an origin and nothing else: not
 * even an opener.
 */
export type ProbeMessage = { run: string } & (
  | { type: 'ready' }
  | { type: 'look'; key: PlantKey; hash: string }
  | { type: 'plant'; key: PlantKey; value: string }
  | { type: 'seen'; seen: Seen }
  | { type: 'planted' }
)

export const PROBE_CHANNEL = 'authscope.experiment'

/** How long a tab may take to load and answer, in milliseconds. */
const PATIENCE = 15_000

/**
 * Opens a tab that has no tie to this one, gives it one order and resolves with its answer. Null
 * when no tab answers: the browser stopped it, or somebody closed it.
 */
export function askTab(
  order:
    | { type: 'look'; key: PlantKey; hash: string }
    | { type: 'plant'; key: PlantKey; value: string },
): Promise<ProbeMessage | null> {
  const run = crypto.randomUUID()
  const channel = openChannel(PROBE_CHANNEL)
  if (!channel) return Promise.resolve(null)
  const answered = new Promise<ProbeMessage | null>(resolve => {
    const timer = window.setTimeout(() => resolve(null), PATIENCE)
    channel.onmessage = ({ data }: MessageEvent<ProbeMessage>) => {
      if (data.run !== run) return
      if (data.type === 'ready') channel.postMessage({ ...order, run } satisfies ProbeMessage)
      if (data.type !== 'seen' && data.type !== 'planted') return
      window.clearTimeout(timer)
      resolve(data)
    }
  })
  // A tab with an opener would be given a copy of the sessionStorage.
  window.open(`/storage/probe?run=${run}`, '_blank', 'noopener')
  return answered.finally(() => channel.close())
}
