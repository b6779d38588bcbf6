import { type Mode, ROLES, type Role } from '../settings/settings.ts'
import type { Api, ApiAnswer } from './api.ts'

export type Credentials = { email: string; password: string }

/** Whom to sign in as, or null where the server gave no cast: `answer` says why. */
type Asked = { credentials: Credentials | null; answer: ApiAnswer }

/**
 * Asks for this browser's cast, and for whoever of it was made with a role. The accounts come in
 * the order of the roles.
 */
export async function askForCast(api: Pick<Api, 'call'>, mode: Mode, role: Role): Promise<Asked> {
  const answer = await api.call('POST', '/api/demo/cast', { mode, retry: false })
  if (answer.status !== 201) return { credentials: null, answer }
  const { accounts, password } = answer.body as { accounts: { email: string }[]; password: string }
  const account = accounts[ROLES.indexOf(role)]
  return { credentials: account ? { email: account.email, password } : null, answer }
}
