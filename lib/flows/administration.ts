import { type Account, type AdminUser, toAdminUser } from '../accounts/account.ts'
import type { App } from '../app.ts'
import type { SignedInContext } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Role } from '../settings/settings.ts'
import { endDevices, endEach, otherSignIns } from './devices.ts'

/** The account of this id as the admin sees it: one of the own group, or none. */
export async function accountInGroup(c: SignedInContext<App>, id: string): Promise<Account | null> {
  const admin = await c.who.profile()
  return admin && c.app.accounts.inGroup(id, admin.groupId)
}

/** The accounts of the admin's own group. */
export async function listAccounts(c: SignedInContext<App>): Promise<AdminUser[]> {
  const admin = await c.who.profile()
  return admin ? (await c.app.accounts.list(admin.groupId)).map(toAdminUser) : []
}

/**
 * Changes role or standing of an account, effective at its next request in both modes: sessions are
 * asked for the role each time, access tokens from before the change are refused. Disabling ends
 * its sign-ins and its event streams. The last admin of a group stays one. An account of another
 * group is not there.
 */
export async function changeAccount(
  c: SignedInContext<App>,
  id: string,
  change: { role?: Role; disabled?: boolean },
): Promise<Result<{ user: AdminUser }>> {
  const before = await accountInGroup(c, id)
  if (!before) return refuse('not_found')
  const changed = (['role', 'disabled'] as const).filter(
    member => change[member] !== undefined && change[member] !== before[member],
  )
  if (changed.length === 0) return accept({ user: toAdminUser(before) })

  const signIns = change.disabled ? await otherSignIns(c, id) : []
  const since = c.trace.since()
  // What is not changed is not named: it would end what it has no reason to end.
  const to = Object.fromEntries(changed.map(member => [member, change[member]]))
  if (!(await c.app.accounts.change(id, to, c.app.clock.now(), before.groupId)))
    return refuse('last_admin')
  c.trace.tell('account.changed', () => ({ userId: id, changed }), since)
  if (change.disabled) {
    await endEach(c, id, signIns, 'account_disabled')
    c.app.bus.closeForAccount(id)
  }
  c.audit('account.changed', { userId: id, outcome: changed.join(',') })
  const after = await c.app.accounts.byId(id)
  return after ? accept({ user: toAdminUser(after) }) : refuse('not_found')
}

/**
 * Ends every sign-in of an account of the own group, the admin's own one excepted when it is their
 * account.
 */
export async function endSignIns(c: SignedInContext<App>, id: string): Promise<Result<number>> {
  if (!(await accountInGroup(c, id))) return refuse('not_found')
  return endDevices(c, id, 'ended_by_admin')
}
