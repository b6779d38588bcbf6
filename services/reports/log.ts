import type { Clock } from '../../lib/clock.ts'
import { hashed } from '../../lib/context/audit.ts'

const MAX_PATH = 200

export type Line = {
  requestId: string
  address: string
  method: string
  /** Without the query: a client may have put a secret there. */
  path: string
  status: number
  outcome: string
  userId?: string | undefined
}

/**
 * One JSON line a request: who (hashed, as in the app's log), from where, how it went. JSON leaves
 * no room for line breaks from input.
 */
export const createLog =
  (clock: Clock, write: (line: string) => void) =>
  ({ userId, path, ...line }: Line): void => {
    const who = userId && { user: hashed(userId) }
    const shown = { ...line, path: path.slice(0, MAX_PATH), ...who }
    write(`${JSON.stringify({ at: clock.now().toISOString(), event: 'request', ...shown })}\n`)
  }

/** What became of a fetch of the keys, where it failed. */
export const logFetch = (clock: Clock, write: (line: string) => void, because: string): void =>
  write(
    `${JSON.stringify({ at: clock.now().toISOString(), event: 'keys.not_fetched', outcome: because })}\n`,
  )
