import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { AuditEvent, AuditFields } from './context.ts'

export type Audit = (event: AuditEvent, fields: AuditFields) => void

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
