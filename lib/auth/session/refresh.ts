import type { Exchange, SignedIn } from '../../context/context.ts'
import type { Result } from '../../http/result.ts'
import type { ChangeAll, Issued } from '../mechanism.ts'
import { reissue } from './issue.ts'
import { find } from './verify.ts'

/**
 * A new id for the session this cookie stands for; the old one is dead. The idle limit starts over,
 * the absolute one stays.
 */
export async function refresh(x: Exchange): Promise<Result<Issued>> {
  const found = await find(x)
  return found.ok ? reissue(x, found.value, 'refresh') : found
}

/**
 * A new id with a change of password, so that a copy of the old one is worth nothing (ASVS 5.0,
 * 7.2.4). Where the old id was replaced meanwhile, by whom nobody knows, the session ends.
 */
export async function renew(x: Exchange, who: SignedIn, change: ChangeAll): Promise<Issued | null> {
  const account = (await change()) ? await who.profile() : null
  if (!account) return null
  const found = await find(x)
  const renewed = found.ok ? await reissue(x, found.value, 'password') : found
  if (renewed.ok) return renewed.value
  await x.app.sessions.deleteSignIn(who.signInId)
  return { account, signInId: who.signInId, body: {} }
}
