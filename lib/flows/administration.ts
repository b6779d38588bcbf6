import type { Account, Role } from '../accounts/account.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { endDevices, endEach, otherSignIns } from './devices.ts'

/** The account of this id as the admin sees it: one of the own group, or none. */
export async function accountInGroup(
  x: Exchange,
  who: SignedIn,
  id: string,
): Promise<Account | null> {
  const admin = await who.profile()
  return admin && x.app.accounts.inGroup(id, admin.groupId)
}

/** The accounts of the admin's own group. */
export async function listAccounts(x: Exchange, who: SignedIn): Promise<Account[]> {
  const admin = await who.profile()
  return admin ? x.app.accounts.list(admin.groupId) : []
}

/**
 * Changes role or standing of an account, effective at its next request in both modes: sessions are
 * asked for the role each time, access tokens from before the change are refused. Disabling ends
 * its sign-ins and its event streams. The last admin of a group stays one. An account of another
 * group is not there.
 */
export async function changeAccount(
  x: Exchange,
  who: SignedIn,
  id: string,
  change: { role?: Role; disabled?: boolean },
): Promise<Result<Account>> {
  const before = await accountInGroup(x, who, id)
  if (!before) return refuse('not_found')
  const changed = (['role', 'disabled'] as const).filter(
    member => change[member] !== undefined && change[member] !== before[member],
  )
  if (changed.length === 0) return accept(before)

  const signIns = change.disabled ? await otherSignIns(x, id) : []
  const since = x.trace.since()
  // What is not changed is not named: it would end what it has no reason to end.
  const to = Object.fromEntries(changed.map(member => [member, change[member]]))
  if (!(await x.app.accounts.change(id, to, x.app.clock.now(), before.groupId)))
    return refuse('last_admin')
  x.trace.tell('account.changed', () => ({ userId: id, changed }), since)
  if (change.disabled) {
    await endEach(x, id, signIns, 'account_disabled')
    x.app.bus.closeForAccount(id)
  }
  x.app.audit('account.changed', {
    ...inAudit(x, who.mode),
    userId: id,
    outcome: changed.join(','),
  })
  const after = await x.app.accounts.byId(id)
  return after ? accept(after) : refuse('not_found')
}

/**
 * Ends every sign-in of an account of the own group, the admin's own one excepted when it is their
 * account.
 */
export async function endSignIns(x: Exchange, who: SignedIn, id: string): Promise<Result<number>> {
  if (!(await accountInGroup(x, who, id))) return refuse('not_found')
  return endDevices(x, who, id, 'ended_by_admin')
}
