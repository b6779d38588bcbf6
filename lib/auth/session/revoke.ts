import { type SignIn, toSignIn } from '../../accounts/account.ts'
import type { Context } from '../../context/context.ts'
import { COOKIES } from '../../http/cookies.ts'
import { accept, type Result } from '../../http/result.ts'
import { fingerprint } from '../../wire/redaction.ts'
import { receive } from './carrier.ts'
import type { Parts } from './issue.ts'
import { open } from './open.ts'

/**
 * How does it end? The record is deleted, so every copy of the cookie is dead (ASVS 5.0, 7.4.1).
 * Without a session there is nothing to end, which is what was asked for.
 */
export async function revoke(c: Context<Parts>): Promise<Result<boolean>> {
  const received = c.cookies.has(COOKIES.session) ? receive(c) : null
  const opened = received?.ok ? await open(c, received.value) : null
  if (!opened?.ok) return accept(false)
  const { idHash, signInId } = opened.value
  const since = c.trace.since()
  // By its name: a refresh that was under way may just have replaced the id, and must not outlive
  // the sign-out.
  const deleted = await c.app.sessions.deleteSignIn(signInId)
  if (deleted) c.trace.tell('session.deleted', () => ({ key: fingerprint(idHash) }), since)
  return accept(deleted)
}

/** Ends one sign-in of an account by its public name. False when there is none. */
export async function end(
  c: Context<Parts>,
  userId: string,
  id: string,
  _because: string,
): Promise<boolean> {
  return c.app.sessions.deleteByHandle(userId, id)
}

/** Lists the sign-ins of an account that are live now. */
export async function list(c: Context<Parts>, userId: string): Promise<SignIn[]> {
  const records = await c.app.sessions.listByUser(userId, c.app.clock.now())
  return records.map(record => toSignIn('session', record.handle, record))
}
