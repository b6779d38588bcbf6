import { toUser } from '../accounts/account.ts'
import type { App } from '../app.ts'
import type { Issued } from '../auth/mechanism.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { Context } from '../context/context.ts'
import { accept, refuse } from '../http/result.ts'
import type { Credentials } from '../store/accounts.ts'
import { trimSignIns } from './devices.ts'
import { knownAs, remember } from './known-browser.ts'
import { renewHash, tryPassword, turnedAway } from './passwords.ts'
import { takeOver } from './wire-owner.ts'

/**
 * What is told of a credential that was made: to whom it was given, and what of it is not a cookie.
 */
export const toAnswer = ({ body, account }: Issued) => ({ ...body, user: toUser(account) })

/**
 * Signs in. Wrong password, unknown account and disabled account take the same steps and get the
 * same refusal. Ends the sign-in of this mode that the browser had before, so that nothing is left
 * behind without an owner.
 */
export async function signIn(c: Context<App>, input: { email: string; password: string }) {
  const busy = turnedAway(c, input.email)
  if (busy) return busy
  await c.app.passwords.turn()
  const since = c.trace.since()
  const known = await c.app.accounts.credentials({ email: input.email })
  c.trace.tell('account.looked_up', () => ({ email: input.email }), since)
  const limits = c.app.throttle.forSignIn(input.email, c.client.address, await knownAs(c, known))
  const matches = await tryPassword(c, limits, input, known)
  if (!matches.ok) return matches
  if (
    !matches.value ||
    !known ||
    (await hasChanged(c, known)) ||
    // From here on its group is not swept for a day.
    !(await c.app.groups.use(known.account.groupId, c.app.clock.now()))
  ) {
    const outcome = 'invalid_credentials'
    c.audit('sign_in.failed', { userId: known?.account.id, outcome })
    return refuse(outcome)
  }
  const { account, signInVersion } = known
  const mechanism = mechanisms[c.mode]
  await mechanism.revoke(c)
  // Whatever changes from here on ends it: the version is the one that was read with the hash.
  const issued = await mechanism.issue(c, account, signInVersion)
  const { signInId } = issued
  await trimSignIns(c, account.id, signInId)
  await remember(c, account.id, signInVersion)
  takeOver(c, { accountId: account.id, handle: signInId })
  c.audit('sign_in.ok', { userId: account.id, signInId, outcome: 'ok' })
  // What is not done now is done at another sign-in: this one is made.
  if (matches.value.isOutdated) await renewHash(c, known, input.password).catch(() => undefined)
  return accept(toAnswer(issued))
}

// Somebody changed the password, disabled the account or ended all its sign-ins while this password
// was being looked at. What would be made here would be over from the start.
async function hasChanged(c: Context<App>, known: Credentials): Promise<boolean> {
  const now = await c.app.accounts.credentials({ id: known.account.id })
  return now?.signInVersion !== known.signInVersion
}
