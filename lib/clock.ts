/**
 * The one source of time. Everything that asks what time it is asks a clock, so that tests can hold
 * it.
 */
export type Clock = { now(): Date }

export const SECOND = 1000
export const MINUTE = 60 * SECOND

/** How far the clocks of two instances may be apart, in seconds: each may be five off. */
export const CLOCKS_APART = 10

/**
 * The wall clock, except that it never runs backwards within a process: a correction of the
 * machine's time must not bring an expired credential back to life, nor give one that is good a
 * longer life. Until the wall clock has caught up, time goes on from where it was, as `monotonic`
 * counts its milliseconds.
 */
export function createClock(
  wallClock: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): Clock {
  let latest = 0
  let setBackAt: { latest: number; monotonic: number } | null = null
  return {
    now() {
      const wall = wallClock()
      if (wall >= latest) setBackAt = null
      else setBackAt ??= { latest, monotonic: monotonic() }
      const goneOn = setBackAt
        ? setBackAt.latest + Math.floor(monotonic() - setBackAt.monotonic)
        : wall
      latest = Math.max(latest, wall, goneOn)
      return new Date(latest)
    },
  }
}

/**
 * Whether a moment lies at most `seconds` back. One that lies further ahead than clocks may be
 * apart was noted before a clock was set back: how long ago that is nobody knows, so its time
 * counts as over.
 */
export function isWithin(seconds: number, moment: Date, now: Date): boolean {
  const age = now.getTime() - moment.getTime()
  return age >= -CLOCKS_APART * SECOND && age <= seconds * SECOND
}

/** `at` moved by `seconds`. */
export const plusSeconds = (at: Date, seconds: number): Date =>
  new Date(at.getTime() + seconds * SECOND)

/** Whole seconds from `from` to `to`, rounded up, never below 0. */
export const secondsBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.ceil((to.getTime() - from.getTime()) / SECOND))

/** NumericDate of RFC 7519, section 2: whole seconds since the epoch. */
export const toNumericDate = (at: Date): number => Math.floor(at.getTime() / SECOND)
