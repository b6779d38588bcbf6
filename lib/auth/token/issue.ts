import type { Account, AccountStanding } from '../../accounts/account.ts'
import { plusSeconds, secondsBetween } from '../../clock.ts'
import type { Context, Known } from '../../context/context.ts'
import type { SealParts } from '../../context/seal.ts'
import { createHandle, createSecret, hashSecret } from '../../random.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import type { TokenStore } from '../../store/tokens.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { Checked, Key } from '../jwt/check.ts'
import { type SignParts, sign, toTokenBody } from '../jwt/sign.ts'
import type { Issued } from '../mechanism.ts'
import { send } from './carrier.ts'

/** What of the app a sign-in with a token touches. */
export type Parts = SealParts<'refresh'> &
  SignParts & {
    tokens: TokenStore
    accounts: {
      byId(id: string): Promise<Account | null>
      standing(id: string): Promise<AccountStanding | null>
    }
    keys: { verificationKey(kid: string): Promise<Key | null>; known: Known<Checked> }
    config: { audience: string; demo: boolean }
    bus: { tellSignInEnded(id: string, mode: string, because: string): void }
  }

/**
 * How does it begin? With one row for the family, a refresh token if this browser wants one and
 * keeps cookies, and the first access token. Always a new family, whatever cookie came with the
 * request.
 */
export async function issue(
  c: Context<Parts>,
  account: Account,
  signInVersion: string,
): Promise<Issued> {
  const sid = createHandle()
  const now = c.app.clock.now()
  const settings = await c.settings()
  const secret = settings.refresh && c.mayRenew ? createSecret() : null
  // Without a refresh token the sign-in is over when its one access token is.
  const absoluteExpiresAt = plusSeconds(
    now,
    secret ? LIFETIMES.refreshAbsolute : settings.accessTokenSeconds,
  )
  const jti = createHandle()
  const idleExpiresAt = secret ? plusSeconds(now, LIFETIMES.refreshIdle) : absoluteExpiresAt
  const family = {
    id: sid,
    userId: account.id,
    createdAt: now,
    lastSeenAt: now,
    absoluteExpiresAt,
    idleExpiresAt,
    signInVersion,
    currentHash: secret && hashSecret(secret),
    currentJti: jti,
    ...c.client,
  }
  const since = c.trace.since()
  await c.app.tokens.create(family)
  c.trace.tell(
    'family.created',
    () => ({ sid, absoluteExpiresAt: absoluteExpiresAt.toISOString() }),
    since,
  )
  if (secret) {
    c.trace.tell('refresh.created', () => ({
      key: fingerprint(hashSecret(secret)),
      expiresAt: idleExpiresAt.toISOString(),
    }))
    await send(c, { sid, secret }, secondsBetween(now, idleExpiresAt))
  }
  const standing = (await c.app.accounts.standing(account.id)) ?? gone(account)
  return reissue(c, { sid, jti, absoluteExpiresAt }, standing)
}

/**
 * An account that is not there any more: nothing made for it is good, as nobody has its version.
 */
const gone = (account: Account): AccountStanding => ({ account, tokenVersion: createHandle() })

/**
 * Makes the next credential of a sign-in that goes on. That is an access token; role and version
 * are of one reading, from before whatever may have changed since.
 */
export async function reissue(
  c: Context<Parts>,
  { sid, jti, absoluteExpiresAt }: { sid: string; jti: string; absoluteExpiresAt: Date },
  standing: AccountStanding,
): Promise<Issued> {
  // Never past the end of its family: a token that outlived it could not be ended with it.
  const { accessTokenSeconds } = await c.settings()
  const life = { seconds: accessTokenSeconds, notAfter: absoluteExpiresAt }
  const signed = await sign(c, { sid, jti, audience: c.app.config.audience, ...life }, standing)
  return { account: standing.account, signInId: sid, body: toTokenBody(signed) }
}
