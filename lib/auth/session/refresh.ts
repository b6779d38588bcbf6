import type { Exchange } from '../../exchange.ts'
import type { Result } from '../../result.ts'
import type { Issued } from '../strategy.ts'
import { reissue } from './issue.ts'
import { find } from './verify.ts'

/** A new id for the session this cookie stands for; the old one is dead. The idle limit starts over, the absolute one stays. */
export async function refresh(x: Exchange): Promise<Result<Issued>> {
  const found = await find(x)
  return found.ok ? reissue(x, found.value, 'refresh') : found
}

/** A new id after a change of password, so that a copy of the old one is worth nothing (ASVS 5.0, 7.2.4). */
export async function renew(x: Exchange): Promise<void> {
  const found = await find(x)
  if (found.ok) await reissue(x, found.value, 'password')
}
