import type { Mode, Role } from '../settings/settings.ts'

/**
 * A person as the server knows them. `groupId` is the group they belong to from the start, for
 * good: people see and change what is of their own alone. Null is one too: of everybody who signed
 * up, and of the seeded accounts.
 */
export type Account = {
  id: string
  email: string
  name: string
  role: Role
  disabled: boolean
  groupId: string | null
}

/** The account and the version that its access tokens must name, of one reading. */
export type AccountStanding = { account: Account; tokenVersion: string }

/**
 * The domain of the seeded accounts: reserved, so that it is nobody's (RFC 2606). Nobody signs up
 * there.
 */
export const DEMO_DOMAIN = '@demo.example'

/**
 * Whether an account may do nothing: an admin disabled it, or it is a seeded one and this is no
 * demo.
 */
export const isBarred = (
  account: { email: string; disabledAt: Date | null },
  demo: boolean,
): boolean => account.disabledAt !== null || (!demo && account.email.endsWith(DEMO_DOMAIN))

/** One spelling per address: what is stored and what is looked for. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase()

/** An account as its owner is told of it. */
export type User = Pick<Account, 'id' | 'email' | 'name' | 'role'>

/** What of an account is told to its owner. */
export const toUser = ({ id, email, name, role }: Account): User => ({ id, email, name, role })

/** An account as an admin is told of it. */
export type AdminUser = User & { disabled: boolean }

/** What is told to an admin. */
export const toAdminUser = (account: Account): AdminUser => ({
  ...toUser(account),
  disabled: account.disabled,
})

/** One sign-in as its owner sees it among their devices. Its `id` is a name that opens nothing. */
export type SignIn = {
  id: string
  mode: Mode
  userAgent: string
  address: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

/** What both mechanisms keep of a sign-in. */
type Remembered = Omit<SignIn, 'id' | 'mode' | 'expiresAt'> & {
  idleExpiresAt: Date
  absoluteExpiresAt: Date
}

/** A sign-in from what is kept of it: it ends at the earlier of its two limits. */
export function toSignIn(mode: Mode, id: string, kept: Remembered): SignIn {
  const { userAgent, address, createdAt, lastSeenAt, idleExpiresAt, absoluteExpiresAt } = kept
  const expiresAt = new Date(Math.min(idleExpiresAt.getTime(), absoluteExpiresAt.getTime()))
  return { id, mode, userAgent, address, createdAt, lastSeenAt, expiresAt }
}

/** What the server remembers of one sign-in with a cookie session. */
export type SessionRecord = {
  /** SHA-256 of the id in the cookie. The id itself is kept nowhere. */
  idHash: string
  /** Its name on the devices page: opens nothing. */
  handle: string
  userId: string
  /** The role the id was issued for; when the account's differs, the id is renewed. */
  role: Role
  createdAt: Date
  lastSeenAt: Date
  idleSeconds: number
  idleExpiresAt: Date
  absoluteExpiresAt: Date
  userAgent: string
  address: string
  /** The account's version of sign-ins, as it was read together with the password hash. */
  signInVersion: string
  /**
   * The id before a change of role, and when it was replaced: for the requests that were under way
   * with it.
   */
  previousIdHash: string | null
  renewedAt: Date | null
}

/** A sign-in as the account's version sees it, by its public name. */
export type Versioned = { name: string; signInVersion: string }

export const toVersioned = ({ handle, signInVersion }: SessionRecord): Versioned => ({
  name: handle,
  signInVersion,
})

/** Which sign-ins of an account count: those of this version, and the one kept when it changed. */
export type Counting = { signInVersion: string; sessionKept: string | null }

/**
 * A sign-in that a change which ends all others must leave, as it was found good, and what kind of
 * row the database has of it.
 */
export type Kept = Versioned & { row: 'family' | 'session' | 'elsewhere' }

/**
 * Whether a sign-in, known by its public name, was among those that were ended all at once. One
 * statement of the database ended them, so that it holds for all or none, for one whose password
 * had been looked at but that was not there yet, and for one that its store keeps but would not
 * have listed. A record from before there were versions has none, and has ended.
 */
export const wasEndedAtOnce = (
  { name, signInVersion }: Versioned,
  { signInVersion: current, sessionKept }: Counting,
): boolean => signInVersion !== current && name !== sessionKept

/**
 * What takes the place of a refresh token: the hash of the next, and the access token that is made
 * with it.
 */
export type Successor = { hash: string; jti: string; now: Date }

/** A successor that comes with a change of password, and when the family then ends unused. */
export type Renewal = { sid: string; next: Successor; idleExpiresAt: Date }
