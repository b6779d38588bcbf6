import { z } from 'zod'
import type { App } from '../app.ts'
import type { KeyStatus } from '../auth/keys.ts'
import type { SignedInContext } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { ALGORITHMS, type Algorithm } from '../settings/settings.ts'

/** `POST /api/admin/keys` */
export const NewKey = z.strictObject({ algorithm: z.enum(ALGORITHMS) })

/**
 * An admin makes the next key of an algorithm (ASVS 5.0, 11.2.2). The one that signs now goes on
 * until everybody knows the new one.
 */
export async function rotateKey(
  c: SignedInContext<App>,
  algorithm: Algorithm,
): Promise<Result<{ key: KeyStatus }>> {
  const { config, keys } = c.app
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
  const since = c.trace.since()
  const key = await keys.rotate(algorithm)
  if (!key) return refuse('key_announced')
  c.trace.tell('key.rotated', () => ({ algorithm, kid: key.kid, signsFrom: key.signsFrom }), since)
  c.audit('keys.rotated', { userId: c.who.userId, outcome: `${algorithm} ${key.kid}` })
  return accept({ key })
}
