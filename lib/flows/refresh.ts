import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { Context } from '../context/context.ts'
import { accept } from '../http/result.ts'
import { toAnswer } from './sign-in.ts'

/** Exchanges what the browser keeps for a fresh credential. */
export async function refresh(c: Context<App>) {
  const issued = await mechanisms[c.mode].refresh(c)
  if (!issued.ok) {
    const isReused = issued.reason === 'refresh.reused'
    c.audit(isReused ? 'refresh.reused' : 'refresh.refused', { outcome: issued.reason })
    return issued
  }
  const { account, signInId } = issued.value
  await c.app.groups.use(account.groupId, c.app.clock.now())
  c.channel?.attach({ accountId: account.id, handle: signInId })
  c.audit('refresh.ok', { userId: account.id, signInId, outcome: 'ok' })
  return accept(toAnswer(issued.value))
}
