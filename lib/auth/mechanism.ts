import type { Prisma } from '../../prisma/sqlite/generated/client.ts'
import type { Account } from '../accounts/account.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import type { Result } from '../http/result.ts'
import type { Mode } from '../settings/settings.ts'
import * as sessionCarrier from './session/carrier.ts'
import * as sessionIssue from './session/issue.ts'
import * as sessionRefresh from './session/refresh.ts'
import * as sessionRevoke from './session/revoke.ts'
import * as sessionVerify from './session/verify.ts'
import * as tokenCarrier from './token/carrier.ts'
import * as tokenIssue from './token/issue.ts'
import * as tokenRefresh from './token/refresh.ts'
import * as tokenRevoke from './token/revoke.ts'
import * as tokenVerify from './token/verify.ts'

/** What a sign-in or a refresh answers with. Cookies travel in `Exchange.outgoingCookies`. */
export type Issued = { account: Account; signInId: string; body: Record<string, unknown> }

/**
 * False when nothing was changed. `alongside` is made with the change or not at all, and given the
 * new version of the account's sign-ins.
 */
export type ChangeAll = (
  alongside?: (signInVersion: string) => Prisma.PrismaPromise<unknown>,
) => Promise<boolean>

/** The one interface both mechanisms have. Flows are written against it, once. */
export type Strategy = {
  mode: Mode
  /**
   * Begins a sign-in for an account whose password was verified, against the hash that was read
   * with this version of its sign-ins.
   */
  issue(x: Exchange, account: Account, signInVersion: string): Promise<Issued>
  /**
   * Makes a change that ends every other sign-in, and gives this one a new credential, so that a
   * copy of the old one is worth nothing. What can be changed in one with it is given to `change`.
   * Null when `change` says that nothing was changed.
   */
  renew(x: Exchange, who: SignedIn, change: ChangeAll): Promise<Issued | null>
  /** Decides who this request comes from. */
  verify(x: Exchange): Promise<Result<SignedIn>>
  /** Exchanges what the browser keeps for a fresh credential. */
  refresh(x: Exchange): Promise<Result<Issued>>
  /** Ends the sign-in this request comes from. The value says whether there was one. */
  revoke(x: Exchange): Promise<Result<boolean>>
  /** Tells the browser to let go of the cookie, if it sent one. */
  clear(x: Exchange): void
}

export const session: Strategy = {
  mode: 'session',
  ...sessionCarrier,
  ...sessionIssue,
  ...sessionVerify,
  ...sessionRefresh,
  ...sessionRevoke,
}

export const token: Strategy = {
  mode: 'token',
  ...tokenCarrier,
  ...tokenIssue,
  ...tokenVerify,
  ...tokenRefresh,
  ...tokenRevoke,
}

export const strategies: Record<Mode, Strategy> = { session, token }
