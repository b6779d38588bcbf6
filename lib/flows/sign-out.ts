import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { Context } from '../context/context.ts'
import { accept, type Result } from '../http/result.ts'
import { leaveBrowser } from './wire-owner.ts'

/** Ends the sign-in this request comes from. */
export async function signOut(c: Context<App>): Promise<Result<null>> {
  const mechanism = mechanisms[c.mode]
  const revoked = await mechanism.revoke(c)
  if (!revoked.ok) return revoked
  mechanism.clear(c)
  leaveBrowser(c, revoked.value)
  c.audit('sign_out', { outcome: revoked.value ? 'ended' : 'nothing_to_end' })
  return accept(null)
}
