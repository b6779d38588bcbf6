import { toUser, type User } from '../accounts/account.ts'
import type { App } from '../app.ts'
import type { Context } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { hashNewPassword } from './passwords.ts'

/** Makes an account with the least role. Refused when the email is taken. */
export async function signUp(
  c: Context<App>,
  input: { email: string; name: string; password: string },
): Promise<Result<{ user: User }>> {
  const taken = refuse('invalid_input', {
    errors: [{ path: 'email', code: 'taken', message: 'This email already has an account.' }],
  })
  const counted = await c.app.throttle.beginSignUp(c.client.address)
  if (!counted.ok) return counted
  const { email, name, password } = input
  if (await c.app.accounts.credentials({ email })) return taken
  const hashed = await hashNewPassword(c, null, { path: 'password', password, of: input })
  if (!hashed.ok) return hashed
  const since = c.trace.since()
  const account = await c.app.accounts.create({
    email,
    name,
    role: 'reader',
    passwordHash: hashed.value,
    now: c.app.clock.now(),
  })
  if (!account) return taken
  c.trace.tell('account.created', () => ({ email, role: account.role }), since)
  c.audit('account.created', { mode: 'none', userId: account.id, outcome: 'ok' })
  return accept({ user: toUser(account) })
}
