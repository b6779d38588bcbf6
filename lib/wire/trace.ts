import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Channel } from './bus.ts'
import { conceal } from './redaction.ts'
import { STEP_MAP } from './step-map.ts'
import type { Step, StepDetails, StepName } from './steps.ts'

/**
 * What one request tells while it is answered. Passed down explicitly; a step is recorded where it
 * happens.
 */
export type Trace = {
  id: string
  /** A mark to measure from. Monotonic, in milliseconds; 0 when nobody watches. */
  since(): number
  /**
   * Records a step. `detail` is only computed when somebody watches, so that recording costs
   * nothing otherwise.
   */
  tell<N extends StepName>(name: N, detail: () => StepDetails[N], since?: number): void
}

/** The trace of a request that nobody watches. */
const silentTrace = (id: string): Trace => ({ id, since: () => 0, tell: () => undefined })

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
      const { lane } = STEP_MAP[name]
      seq += 1
      channel.publish({
        id: `${id}:${seq}`,
        traceId: id,
        seq,
        at,
        durationMicros,
        lane,
        name,
        detail: conceal(detail()),
      } as Step)
    },
  }
}
