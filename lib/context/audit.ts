import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Exchange } from './context.ts'

/** What is worth a line in the security log (ASVS 5.0, 16.3). */
export type AuditEvent =
  | 'account.created'
  | 'cast.created'
  | 'cast.reset'
  | 'sign_in.ok'
  | 'sign_in.failed'
  | 'sign_out'
  | 'refresh.ok'
  | 'refresh.refused'
  | 'refresh.reused'
  | 'sign_in.ended'
  | 'password.changed'
  | 'password.refused'
  | 'password.reset'
  | 'reset_code.created'
  | 'reset_code.refused'
  | 'account.changed'
  | 'account.removed'
  | 'keys.rotated'
  | 'token.exchanged'
  | 'token.revoked'
  | 'client.refused'
  | 'access.refused'
  | 'throttled'
  | 'cross_site'
  | 'failure'

export type Audit = (event: AuditEvent, fields: AuditFields) => void

export type AuditFields = {
  outcome: string
  requestId: string
  address: string
  userId?: string
  signInId?: string
  mode?: string
  /** Id of a configured client: a name, not a person's. */
  client?: string
}

/** Which request a line is about and where it came from. */
export const inAudit = (x: Pick<Exchange, 'trace' | 'client'>, mode: string) => ({
  requestId: x.trace.id,
  address: x.client.address,
  mode,
})

/**
 * A name for the log: the same person is the same in every service's, and nobody is known by it.
 */
export const hashed = (value: string) =>
  createHash('sha256').update(value).digest('hex').slice(0, 12)

/**
 * One JSON line per security event: who (hashed), from where, which request, how it went. Never a
 * secret; JSON leaves no room for line breaks from input.
 */
export function createAudit(clock: Clock, write: (line: string) => void): Audit {
  return (event, { userId, signInId, ...fields }) => {
    const who = {
      ...(userId && { user: hashed(userId) }),
      ...(signInId && { signIn: hashed(signInId) }),
    }
    write(`${JSON.stringify({ at: clock.now().toISOString(), event, ...fields, ...who })}\n`)
  }
}
