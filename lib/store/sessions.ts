import {
  type Account,
  type Counting,
  type SessionRecord,
  toVersioned,
  wasEndedAtOnce,
} from '../accounts/account.ts'
import { plusSeconds } from '../clock.ts'

/** What a renewal or a use changes of a record. Neither moves the absolute end. */
export type SessionChange = Pick<SessionRecord, 'lastSeenAt' | 'idleExpiresAt'>

/**
 * The account behind a record, as the database has it now, and what it knows of ends: of `names`,
 * those that were ended or replaced.
 */
export type Owner = Counting & { account: Account; ended: string[] }

/**
 * Whether the database says that a record has ended, whatever its store has of it:
 * `sessions-ended.ts`.
 */
const wasEnded = (record: SessionRecord, owner: Owner): boolean =>
  wasEndedAtOnce(toVersioned(record), owner) ||
  namesOf(record).some(name => owner.ended.includes(name))

const namesOf = ({ handle, idHash }: SessionRecord): string[] => [handle, idHash]

type Limits = { idleExpiresAt: Date; absoluteExpiresAt: Date }

/** The idle limit as it moves with each use: never past the absolute one. */
export function idleLimit(
  now: Date,
  { idleSeconds, absoluteExpiresAt }: { idleSeconds: number; absoluteExpiresAt: Date },
): Date {
  return new Date(Math.min(plusSeconds(now, idleSeconds).getTime(), absoluteExpiresAt.getTime()))
}

/** The two ends of a record, as steps tell them. */
export const toLimits = ({ idleExpiresAt, absoluteExpiresAt }: Limits) => ({
  idleExpiresAt: idleExpiresAt.toISOString(),
  absoluteExpiresAt: absoluteExpiresAt.toISOString(),
})

export const isLive = (
  record: Pick<SessionRecord, 'idleExpiresAt' | 'absoluteExpiresAt'>,
  now: Date,
): boolean => record.idleExpiresAt > now && record.absoluteExpiresAt > now

/**
 * Looks up the account behind a record, in the database, and which of these names have ended. Null
 * when the account was removed.
 */
export type OwnerOf = (userId: string, names: string[]) => Promise<Owner | null>

/**
 * A record that was found somewhere else than in the database, with its account: null where that,
 * or the record, is gone.
 */
export async function withOwner(record: SessionRecord | null, ownerOf: OwnerOf) {
  const owner = record && (await ownerOf(record.userId, namesOf(record)))
  return record && owner && toFound(record, owner.account, wasEnded(record, owner))
}

/**
 * What was found, unless it has ended. That of a disabled account has, and is found all the same:
 * whoever asks says why it is refused.
 */
export const toFound = (record: SessionRecord, account: Account, hasEnded: boolean) =>
  hasEnded && !account.disabled ? null : { record, account }

/** Those of an account's records that count at a moment. */
export async function onlyLive(
  records: SessionRecord[],
  userId: string,
  now: Date,
  ownerOf: OwnerOf,
) {
  const owner = records.length > 0 ? await ownerOf(userId, records.flatMap(namesOf)) : null
  return owner ? records.filter(record => isLive(record, now) && !wasEnded(record, owner)) : []
}

/**
 * Where session records are kept. Every adapter passes `tests/integration/session-store.test.ts`.
 */
export type SessionStore = {
  /** What kind of row the database has of a session that is kept here. */
  row: 'session' | 'elsewhere'
  create(record: SessionRecord): Promise<void>
  /**
   * The record and the account as it is now, in one lookup of each; those that expired and those of
   * a disabled account too. Also by the id before the last change of role.
   */
  find(idHash: string): Promise<{ record: SessionRecord; account: Account } | null>
  /**
   * Moves the idle limit of a record that is there and not expired at `change.lastSeenAt`. Never
   * brings one back.
   */
  touch(idHash: string, change: SessionChange): Promise<void>
  /**
   * Gives a record a new id in one step. False when the old one is not there any more: somebody
   * else was first.
   */
  replaceId(
    idHash: string,
    next: SessionChange & Pick<SessionRecord, 'idHash' | 'role' | 'previousIdHash' | 'renewedAt'>,
  ): Promise<boolean>
  /** Lets go of the id before a change of role: it leads nowhere from here on. */
  forgetPrevious(idHash: string): Promise<void>
  /** False when there was none. */
  delete(idHash: string): Promise<boolean>
  listByUser(userId: string, now: Date): Promise<SessionRecord[]>
  /** Ends a sign-in by its public name, whatever its id has become. False when there is none. */
  deleteSignIn(handle: string): Promise<boolean>
  /** Ends one sign-in of this user by its public name. False when there is none. */
  deleteByHandle(userId: string, handle: string): Promise<boolean>
  /** Removes what expired, where that does not go by itself. Returns how many. */
  sweep(now: Date): Promise<number>
}
