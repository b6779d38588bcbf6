import type { Context } from '../../context/context.ts'
import { openCredential, type SealParts } from '../../context/seal.ts'
import type { Result } from '../../http/result.ts'
import { cookie, type OpenedId } from './carrier.ts'

/**
 * Did this server make it? The seal proves that, and stays intact long after the session has ended:
 * only the record says whether it is still good.
 */
export async function open(
  c: Context<SealParts<'session'>>,
  seal: string,
): Promise<Result<OpenedId>> {
  return openCredential(c, cookie, seal)
}
