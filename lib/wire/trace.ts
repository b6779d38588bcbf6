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
export const silentTrace = (id: string): Trace => ({
  id,
  since: () => 0,
  tell: () => undefined,
})

/** Which sign-in a browser uses. */
export type SignIn = { accountId: string; handle: string }

/** Where the steps of one browser go. */
export type Channel = {
  /** False for a terminal, which is seen in a browser that is not its own. */
  isOwn: boolean
  isWatched(): boolean
  publish(step: Step): void
  /**
   * Does some of the telling when no request waits for it, and before anything else becomes of the
   * channel.
   */
  later(work: () => void): void
  /**
   * Remembers which sign-in this browser uses, so that it can be told when it is ended elsewhere.
   */
  attach(signIn: SignIn): void
  /** Whose steps were told here last, or null. */
  accountId(): string | null
  hasMoved(): boolean
  /**
   * Empties it, tells its streams that the browser has another channel, and ends them once what was
   * under way is told. What is done there before a page watches it is kept for the page.
   */
  move(to: string): void
}
