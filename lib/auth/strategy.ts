import type { Account } from '../accounts/account.ts'
import type { Exchange, SignedIn } from '../exchange.ts'
import type { Result } from '../result.ts'
import type { Mode } from '../settings.ts'
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

/** The one interface both mechanisms have. Flows are written against it, once. */
export type Strategy = {
  mode: Mode
  /** Begins a sign-in for an account whose password was verified. */
  issue(x: Exchange, account: Account): Promise<Issued>
  /** Gives a sign-in that goes on a new id after a change of password, where its id is what signs in. */
  renew(x: Exchange): Promise<void>
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
