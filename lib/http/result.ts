import type { Reason } from './problems.ts'

/**
 * A refusal is a value, never an exception: why a request is not answered as it wished.
 * `lib/http/problems.ts` turns it into an answer.
 */
export type Refusal = {
  ok: false
  reason: Reason
  /** Seconds until trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number
  /** One entry per member of the body that cannot be accepted. */
  errors?: InputError[]
}

export type InputError = { path: string; code: string; message: string }

export type Result<T> = { ok: true; value: T } | Refusal

export const accept = <T>(value: T): Result<T> => ({ ok: true, value })

export const refuse = (reason: Reason, more: Omit<Refusal, 'ok' | 'reason'> = {}): Refusal => ({
  ok: false,
  reason,
  ...more,
})
