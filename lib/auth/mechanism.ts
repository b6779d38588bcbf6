import type { Account, Renewal, SignIn } from '../accounts/account.ts'
import type { Context, SignedIn, SignedInContext } from '../context/context.ts'
import type { Result } from '../http/result.ts'
import type { Mode } from '../settings/settings.ts'

/** What a sign-in or a refresh answers with. Cookies travel in `Context.cookiesOut`. */
export type Issued = { account: Account; signInId: string; body: Record<string, unknown> }

/**
 * A change that ends every other sign-in, to be made with `renewal` or not at all. False when
 * nothing was changed.
 */
export type ChangeAll = (renewal?: Renewal) => Promise<boolean>

/** The six questions that both mechanisms answer. Flows are written against them, once. */
export type Mechanism<Parts, Opened = unknown> = {
  mode: Mode
  /** Where does it travel? The credential that this request carries, as it came. */
  receive(c: Context): Result<string>
  /** Tells the browser to let go of the cookie, if it sent one. */
  clear(c: Context): void
  /** Did this server make it? Never enough to be let in. */
  open(c: Context<Parts>, credential: string): Promise<Result<Opened>>
  /** Is it still good? Whom it stands for, if it is. */
  standing(c: Context<Parts>, opened: Opened): Promise<Result<SignedIn>>
  /**
   * How does it begin? For an account whose password was verified, against the hash that was read
   * with this version of its sign-ins.
   */
  issue(c: Context<Parts>, account: Account, signInVersion: string): Promise<Issued>
  /** How does it go on? Exchanges what the browser keeps for a fresh credential. */
  refresh(c: Context<Parts>): Promise<Result<Issued>>
  /**
   * Makes a change that ends every other sign-in, and gives this one a new credential, so that a
   * copy of the old one is worth nothing. Null when `change` says that nothing was changed.
   */
  renew(c: SignedInContext<Parts>, change: ChangeAll): Promise<Issued | null>
  /** How does it end? The sign-in this request comes from. The value says whether there was one. */
  revoke(c: Context<Parts>): Promise<Result<boolean>>
  /** Ends one sign-in of an account by its public name. False when there is none. */
  end(c: Context<Parts>, userId: string, id: string, because: string): Promise<boolean>
  /** The sign-ins of an account that are live now. */
  list(c: Context<Parts>, userId: string): Promise<SignIn[]>
}
