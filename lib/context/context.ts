import type { Account, Role } from '../accounts/account.ts'
import type { App } from '../app.ts'
import type { Cookies } from '../http/cookies.ts'
import type { Mode, Settings } from '../settings/settings.ts'
import type { Kept, SessionRecord } from '../store/sessions.ts'
import type { Channel, Trace } from '../wire/trace.ts'

/** One request on its way to an answer. Made by the pipeline, handed from piece to piece. */
export type Exchange = {
  request: Request
  url: URL
  cookies: Cookies
  settings: Settings
  mode: Mode
  /** From the socket, or from a configured proxy: never from the client's own words. */
  client: { address: string; userAgent: string }
  trace: Trace
  channel: Channel | null
  app: App
  /**
   * Whether the answer reaches whoever keeps the cookies: a gateway that only asks and a page on
   * another origin drop what is set.
   */
  mayRenew: boolean
  /**
   * `Set-Cookie` values that go out with the answer, whatever it is. Filled by
   * `lib/context/set-cookie.ts`.
   */
  outgoingCookies: string[]
}

/** Who a credential stands for, as the guard found it. */
export type SignedIn = {
  mode: Mode
  userId: string
  role: Role
  /** Name of this sign-in on the devices page. */
  signInId: string
  /** When the credential of this request ends, unless it is used or refreshed before. */
  expiresAt: Date
  /** The record of this sign-in, where the guard has read it; null in token mode. */
  record: SessionRecord | null
  /** The version of the account that the token of this request names; null in session mode. */
  tokenVersion: string | null
  /**
   * The account as it is now; already known where the check had to look it up. Null when it has
   * just been removed.
   */
  profile(): Promise<Account | null>
  /**
   * This sign-in, for a change that ends all others. Null when there is none any more that could be
   * kept.
   */
  kept(): Promise<Kept | null>
}
