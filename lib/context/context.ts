import type { Account, Kept, SessionRecord } from '../accounts/account.ts'
import type { Cookies } from '../http/cookies.ts'
import type { Mode, Role, Settings } from '../settings/settings.ts'
import type { Channel, Trace } from '../wire/trace.ts'

/**
 * One request on its way to an answer. Made by the pipeline, handed from function to function.
 * `Parts` names what of the app the function that takes it may touch, and nothing else.
 */
export type Context<Parts = unknown> = {
  request: Request
  url: URL
  cookies: Cookies
  /** This browser's settings. Their seal is opened when somebody asks, and then once. */
  settings(): Promise<Settings>
  mode: Mode
  /** From the socket, or from a configured proxy: never from the client's own words. */
  client: { address: string; userAgent: string }
  trace: Trace
  channel: Channel | null
  /**
   * Whether the answer reaches whoever keeps the cookies: a gateway that only asks and a page on
   * another origin drop what is set.
   */
  mayRenew: boolean
  /** `Set-Cookie` values that go out with the answer. Filled by `set-cookie.ts`. */
  cookiesOut: string[]
  /** Writes a line of the security log about this request. */
  audit(event: AuditEvent, fields: Fields): void
  app: Parts
}

/**
 * Answers of a pure function about a secret text, as they were found before: the same text, the
 * same answer. Neither the text is kept nor anything that signs in.
 */
export type Known<Answer extends object | string> = {
  get(text: string): Answer | undefined
  set(text: string, answer: Answer): void
}

/** What is worth a line in the security log (ASVS 5.0, 16.3). */
export type AuditEvent =
  | 'account.created'
  | 'cast.created'
  | 'cast.reset'
  | 'sign_in.ok'
  | 'sign_in.failed'
  | 'sign_out'
  | 'refresh.ok'
  | 'refresh.refused'
  | 'refresh.reused'
  | 'sign_in.ended'
  | 'password.changed'
  | 'password.refused'
  | 'password.reset'
  | 'reset_code.created'
  | 'reset_code.refused'
  | 'account.changed'
  | 'account.removed'
  | 'keys.rotated'
  | 'token.exchanged'
  | 'token.revoked'
  | 'client.refused'
  | 'access.refused'
  | 'throttled'
  | 'cross_site'
  | 'failure'

export type AuditFields = {
  outcome: string
  requestId: string
  address: string
  userId?: string | undefined
  signInId?: string
  mode?: string
  /** Id of a configured client: a name, not a person's. */
  client?: string
}

/** What a line says besides the request: its mode where it is not that of the request. */
type Fields = Omit<AuditFields, 'requestId' | 'address'>

/** The same behind the guard: with the person that the request comes from. */
export type SignedInContext<Parts = unknown> = Context<Parts> & { who: SignedIn }

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
