import type { Account, Role } from '../accounts/account.ts'

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
  /** The id before a change of role, and when it was replaced: for the requests that were under way with it. */
  previousIdHash: string | null
  renewedAt: Date | null
}

/** What a renewal or a use changes of a record. Neither moves the absolute end. */
export type SessionChange = Pick<SessionRecord, 'lastSeenAt' | 'idleExpiresAt'>

/** Where session records are kept. Every adapter passes `tests/integration/session-store.test.ts`. */
export type SessionStore = {
  create(record: SessionRecord): Promise<void>
  /** The record and the account as it is now, in one lookup; expired ones too. Also by the id before the last change of role. */
  find(idHash: string): Promise<{ record: SessionRecord; account: Account } | null>
  /** Moves the idle limit of a record that is there and not expired at `change.lastSeenAt`. Never brings one back. */
  touch(idHash: string, change: SessionChange): Promise<void>
  /** Gives a record a new id in one step. False when the old one is not there any more: somebody else was first. */
  replaceId(
    idHash: string,
    next: SessionChange & Pick<SessionRecord, 'idHash' | 'role' | 'previousIdHash' | 'renewedAt'>,
  ): Promise<boolean>
  /** False when there was none. */
  delete(idHash: string): Promise<boolean>
  listByUser(userId: string, now: Date): Promise<SessionRecord[]>
  /** Ends a sign-in by its public name, whatever its id has become. False when there is none. */
  deleteSignIn(handle: string): Promise<boolean>
  /** Ends one sign-in of this user by its public name. False when there is none. */
  deleteByHandle(userId: string, handle: string): Promise<boolean>
  /** Removes what expired. Returns how many. */
  sweep(now: Date): Promise<number>
}
