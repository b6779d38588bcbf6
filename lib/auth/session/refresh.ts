import type { Context, SignedIn, SignedInContext } from '../../context/context.ts'
import { type Result, refuse } from '../../http/result.ts'
import type { ChangeAll, Issued } from '../mechanism.ts'
import { receive } from './carrier.ts'
import { type Parts, reissue } from './issue.ts'
import { open } from './open.ts'
import { standing } from './standing.ts'

/**
 * How does it go on? With a new id; the old one is dead. The idle limit starts over, the absolute
 * one stays.
 */
export async function refresh(c: Context<Parts>): Promise<Result<Issued>> {
  const received = receive(c)
  if (!received.ok) return received
  const opened = await open(c, received.value)
  if (!opened.ok) return opened
  // It gives the new id itself, whatever has become of the role.
  const found = await standing({ ...c, mayRenew: false }, opened.value)
  return found.ok ? reissueTo(c, found.value, 'refresh') : found
}

/**
 * Goes on with a new credential after a change that ends all others. A copy of the old id is worth
 * nothing then (ASVS 5.0, 7.2.4). Where that was replaced meanwhile, by whom nobody knows, the
 * session ends.
 */
export async function renew(c: SignedInContext<Parts>, change: ChangeAll): Promise<Issued | null> {
  const account = (await change()) ? await c.who.profile() : null
  if (!account) return null
  const renewed = await reissueTo(c, c.who, 'password')
  if (renewed.ok) return renewed.value
  await c.app.sessions.deleteSignIn(c.who.signInId)
  return { account, signInId: c.who.signInId, body: {} }
}

async function reissueTo(
  c: Context<Parts>,
  { record, profile }: SignedIn,
  because: 'refresh' | 'password',
): Promise<Result<Issued>> {
  const account = await profile()
  return record && account ? reissue(c, { record, because }, account) : refuse('session.unknown')
}
