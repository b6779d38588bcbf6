import type { Account, Kept, Successor } from '../accounts/account.ts'

/** A sign-in with a token as it is stored when it begins: one row for all of its tokens. */
export type Family = {
  id: string
  userId: string
  createdAt: Date
  lastSeenAt: Date
  absoluteExpiresAt: Date
  userAgent: string
  address: string
  signInVersion: string
  currentHash: string | null
  currentJti: string
  idleExpiresAt: Date
}

/** Why an access token that verified may still have to be refused, and the account as it is now. */
export type Standing = {
  account: Account | null
  /** The version an access token must name. */
  tokenVersion: string | null
  denied: boolean
  signInEnded: boolean
  /**
   * It came with the current refresh token, and nothing of the two has been used: the one before
   * may still be repeated.
   */
  isUnseen: boolean
  kept: Kept | null
}

/** How a family stands towards a refresh token of its own. */
export type FamilyState = {
  userId: string
  ended: boolean
  absoluteExpiresAt: Date
  idleExpiresAt: Date
  generation: number
  /**
   * The token is the one that works, the one before that, or any other: one that was replaced
   * earlier, or never seen.
   */
  place: 'current' | 'previous' | 'superseded'
  /** Null where the sign-in has no refresh token. */
  currentHash: string | null
  currentJti: string | null
  isUsed: boolean
  rotatedAt: Date | null
  handedOutAt: Date | null
}

/** A family as lists tell it. */
export type ListedFamily = Pick<
  Family,
  | 'id'
  | 'userAgent'
  | 'address'
  | 'createdAt'
  | 'lastSeenAt'
  | 'idleExpiresAt'
  | 'absoluteExpiresAt'
>
export type EndedFamily = Pick<Family, 'id' | 'userAgent' | 'address' | 'createdAt'> & {
  endedAt: Date | null
  endReason: string | null
}

/**
 * The little that is remembered of sign-ins with a token: their families, and the denylist. A
 * denylist that is lost lets everything through, so no store that may forget will do.
 */
export type TokenStore = {
  /**
   * Nothing came before the tokens it begins with, so it makes no difference whether they have been
   * seen.
   */
  create(family: Family): Promise<void>
  /** Everything that can end an access token early, in one lookup. */
  standing(token: { sub: string; sid: string; jti: string }): Promise<Standing>
  /**
   * Notes that the access token of the current generation arrived: from here on the refresh token
   * before it cannot be repeated. False when the token is no more what it was, or another request
   * has noted it: its standing has to be asked for again.
   */
  markUsed(id: string, jti: string): Promise<boolean>
  /** How the family stands towards a refresh token of its own, known by its hash. */
  state(id: string, hash: string): Promise<FamilyState | null>
  /**
   * Rotation: of any number of attempts with one token exactly one succeeds (RFC 9700, 4.14.2). The
   * absolute end stays.
   */
  rotate(id: string, currentHash: string, next: Successor, idleExpiresAt: Date): Promise<boolean>
  /**
   * Hands out another successor for the refresh token that was replaced, as long as nothing of the
   * one before was used; that one is worth nothing afterwards, and its access token is denied.
   */
  repeat(id: string, previousHash: string, unseenJti: string, next: Successor): Promise<boolean>
  /** Ends a family once; the first reason stays. False when there was none to end. */
  end(id: string, now: Date, reason: string, userId?: string): Promise<boolean>
  /** The sign-ins of an account that are live at a moment. */
  listByUser(userId: string, now: Date): Promise<ListedFamily[]>
  /**
   * The sign-ins of an account that ended before their time, other than by signing out; the last
   * ones first.
   */
  listEnded(userId: string, most: number): Promise<EndedFamily[]>
  /** Refuses one access token from now on. Denying it twice, also at once, is denying it once. */
  deny(jti: string, expiresAt: Date): Promise<void>
  /**
   * Removes what can make no difference any more, by any clock there may be. A family is needed for
   * as long as an access token of it may be about, because a token whose family is unknown is
   * refused.
   */
  sweep(now: Date): Promise<number>
}
