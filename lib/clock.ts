/** The one source of time. Everything that asks what time it is asks a clock, so that tests can hold it. */
export type Clock = { now(): Date }

export const SECOND = 1000
export const MINUTE = 60 * SECOND

/**
 * The wall clock, except that it never runs backwards within a process: a correction of the machine's time
 * must not bring an expired credential back to life. While the wall clock catches up, time stands still.
 */
export function createClock(wallClock: () => number = Date.now): Clock {
  let latest = 0
  return {
    now() {
      latest = Math.max(latest, wallClock())
      return new Date(latest)
    },
  }
}

/** `at` moved by `seconds`. */
export const plusSeconds = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * SECOND)

/** Whole seconds from `from` to `to`, rounded up, never below 0. */
export const secondsBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.ceil((to.getTime() - from.getTime()) / SECOND))

/** NumericDate of RFC 7519, section 2: whole seconds since the epoch. */
export const toNumericDate = (at: Date): number => Math.floor(at.getTime() / SECOND)
