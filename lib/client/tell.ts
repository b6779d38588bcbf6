import type { StepDetails, StepName } from '../wire/steps.ts'

/**
 * Records a step that happened in this page, before or after what the server tells of the same
 * exchange.
 */
export type TellLocally = <N extends StepName>(
  traceId: string,
  when: 'before' | 'after',
  name: N,
  detail: StepDetails[N],
) => void
