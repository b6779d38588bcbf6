import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { conceal } from './redaction.ts'
import { STEPS, type Step } from './steps.ts'
import { type Channel, silentTrace, type Trace } from './trace.ts'

/**
 * A trace that publishes each step to `channel` at once, with no secret in it, or a silent one when
 * there is no channel or nobody listens to it.
 */
export function createTrace(channel: Channel | null, clock: Clock): Trace {
  const id = randomUUID()
  if (!channel?.isWatched()) return silentTrace(id)
  let seq = 0
  return {
    id,
    since: () => performance.now(),
    tell(name, detail, since) {
      const durationMicros =
        since === undefined ? null : Math.round((performance.now() - since) * 1000)
      const at = clock.now().toISOString()
      const { lane } = STEPS[name]
      seq += 1
      const known = { id: `${id}:${seq}`, traceId: id, seq, at, durationMicros, lane, name }
      // When it happened is known by now; to put it into words, the request need not wait.
      channel.later(() => channel.publish({ ...known, detail: conceal(detail()) } as Step))
    },
  }
}
