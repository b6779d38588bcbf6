import { z } from 'zod'
import type { KeyStatus } from '../auth/keys.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { ALGORITHMS, type Algorithm } from '../settings/settings.ts'

/** `POST /api/admin/keys` */
export const NewKey = z.strictObject({ algorithm: z.enum(ALGORITHMS) })

/**
 * An admin makes the next key of an algorithm (ASVS 5.0, 11.2.2). The one that signs now goes on
 * until everybody knows the new one.
 */
export async function rotateKey(
  x: Exchange,
  who: SignedIn,
  algorithm: Algorithm,
): Promise<Result<KeyStatus>> {
  const { config, keys } = x.app
  if (!config.demo && algorithm !== config.algorithm)
    return refuse('invalid_input', {
      errors: [
        {
          path: 'algorithm',
          code: 'not_configured',
          message: `This server signs with ${config.algorithm}.`,
        },
      ],
    })
  const since = x.trace.since()
  const key = await keys.rotate(algorithm)
  if (!key) return refuse('key_announced')
  x.trace.tell('key.rotated', () => ({ algorithm, kid: key.kid, signsFrom: key.signsFrom }), since)
  x.app.audit('keys.rotated', {
    ...inAudit(x, who.mode),
    userId: who.userId,
    outcome: `${algorithm} ${key.kid}`,
  })
  return accept(key)
}
