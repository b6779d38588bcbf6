import type { Known } from '../../context/known.ts'
import { accept, type Result } from '../../http/result.ts'
import { type Checked, checkAccessToken, checkAgain, type Pinned } from './check.ts'

/**
 * `checkAccessToken`, with a signature verified once: same bytes, same key, same answer. What may
 * differ at the next request is judged at each: whether the key may be used, the time, and for whom
 * a token has to be meant. `known` says whether the signature was verified before.
 */
export async function checkOnce(
  accessToken: string,
  pinned: Pinned,
  knownTokens: Known<Checked>,
): Promise<Result<Checked & { known: boolean }>> {
  const found = knownTokens.get(accessToken)
  if (found && found.key === (await pinned.findKey(found.header.kid))) {
    const again = checkAgain(found.claims, pinned)
    return again.ok ? accept({ ...found, known: true }) : again
  }
  const checked = await checkAccessToken(accessToken, pinned)
  if (!checked.ok) return checked
  knownTokens.set(accessToken, checked.value)
  return accept({ ...checked.value, known: false })
}
