import type { Exchange } from '../../context/context.ts'
import { COOKIES } from '../../http/cookies.ts'
import { accept, type Result } from '../../http/result.ts'
import { hashSecret } from '../../random.ts'
import { fingerprint } from '../../wire/redaction.ts'
import { receive } from './carrier.ts'

/**
 * Ends the session this request came with: the record is deleted, so every copy of the cookie is
 * dead (ASVS 5.0, 7.4.1). Without a session there is nothing to end, which is what was asked for.
 */
export async function revoke(x: Exchange): Promise<Result<boolean>> {
  const carried = x.cookies.has(COOKIES.session) ? await receive(x) : null
  if (!carried?.ok) return accept(false)
  const key = hashSecret(carried.value.id)
  const since = x.trace.since()
  // By its name: a refresh that was under way may just have replaced the id, and must not outlive
  // the sign-out.
  const deleted = await x.app.sessions.deleteSignIn(carried.value.signInId)
  if (deleted) x.trace.tell('session.deleted', () => ({ key: fingerprint(key) }), since)
  return accept(deleted)
}
