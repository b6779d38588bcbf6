import { sealData, unsealData } from 'iron-session'
import type { ZodType } from 'zod'
import { accept, type Reason, type Result, refuse } from '../http/result.ts'
import { hashSecret } from '../random.ts'
import { fingerprint } from '../wire/redaction.ts'
import type { Fingerprint } from '../wire/steps.ts'
import type { Context, Known } from './context.ts'
import { sendCookie } from './set-cookie.ts'

/** iron-session's passwords by purpose: one key for one purpose (ASVS 5.0, V11.2). */
type Passwords<Purpose extends string> = { passwordsFor: Record<Purpose, Record<string, string>> }

/** What of the app a credential in a seal is opened and made with. */
export type SealParts<Purpose extends string> = Passwords<Purpose> & {
  /** What cookies were opened to: the same bytes and passwords, the same content. */
  knownSeals: Known<OpenedSeal>
}

/** What is remembered of an opened seal: no secret that was in it. */
export type OpenedSeal = { holds: object; shown: Fingerprint }

/** A cookie of ours that only this server can make and read. */
export type SealedCookie<T, Purpose extends string> = {
  name: string
  purpose: Purpose
  /** How long a seal opens, in seconds. */
  seconds: number
  holds: ZodType<T>
}

/** A cookie that signs in: what is told of its seal, and how it is refused when it is not ours. */
export type SealedCredential<T, Purpose extends string, Opened> = SealedCookie<T, Purpose> & {
  malformed: Reason
  toldSealed: string
  /**
   * The member that is the secret, the name under which its fingerprint is told, and that of its
   * hash, which is all that is left of it once the seal is open.
   */
  secret: { member: keyof T & string; toldAs: 'sessionId' | 'secret'; hashedAs: keyof Opened }
}

/**
 * Whether a value has exactly the shape of iron-session's seal: its reader lets text after the end
 * pass, and one credential must have one spelling.
 */
const isSeal = (value: string): boolean =>
  /^Fe26\.2\*\w*\*[0-9a-f]{64}(\*[\w-]*){3}\*[0-9a-f]{64}\*[\w-]{43}~2$/.test(value)

/** What is in a seal, or null where this server did not make it, or not for this cookie. */
export async function unseal<T, P extends string>(
  { app }: Context<Passwords<P>>,
  { purpose, seconds, holds }: SealedCookie<T, P>,
  seal: string | undefined,
): Promise<T | null> {
  if (seal === undefined || !isSeal(seal)) return null
  const options = { password: app.passwordsFor[purpose], ttl: seconds }
  return holds.safeParse(await unsealData(seal, options).catch(() => null)).data ?? null
}

/** Seals a value into its cookie, and sends that with the answer. */
export async function sendSealed<T extends object, P extends string>(
  c: Context<Passwords<P>>,
  { name, purpose, seconds }: SealedCookie<T, P>,
  value: T,
): Promise<void> {
  const options = { password: c.app.passwordsFor[purpose], ttl: seconds }
  sendCookie(c, name, await sealData(value, options), seconds)
}

/**
 * How long after its end iron-session still opens a seal, in milliseconds: clocks may be apart. It
 * goes by the wall clock.
 */
const SKEW = 60_000

/** Whether a seal that opened once is over by now. The moment stands in it, outside the cipher. */
const isOver = (seal: string): boolean => Number(seal.split('*')[5]) <= Date.now() - SKEW

/** Opens the seal of a credential: proof that this server made it, at some time, and no more. */
export async function openCredential<T extends object, P extends string, Opened extends object>(
  c: Context<SealParts<P>>,
  credential: SealedCredential<T, P, Opened>,
  seal: string,
): Promise<Result<Opened>> {
  const { name: cookie, malformed, secret } = credential
  const { knownSeals } = c.app
  const since = c.trace.since()
  // With its name, as a seal opens in the cookie it was made for and in no other.
  const pair = `${cookie}=${seal}`
  const known = knownSeals.get(pair)
  const isKnown = known !== undefined && !isOver(seal)
  const opened = isKnown ? known : await open(c, credential, seal)
  if (opened === null) {
    c.trace.tell('cookie.refused', () => ({ cookie }), since)
    return refuse(malformed)
  }
  if (!isKnown) knownSeals.set(pair, opened)
  c.trace.tell(
    'cookie.unsealed',
    () => ({ cookie, [secret.toldAs]: opened.shown, known: isKnown }),
    since,
  )
  return accept(opened.holds as Opened)
}

async function open<T extends object, P extends string>(
  c: Context<SealParts<P>>,
  credential: SealedCredential<T, P, never>,
  seal: string,
): Promise<OpenedSeal | null> {
  const value = await unseal(c, credential, seal)
  if (value === null) return null
  const { member, hashedAs } = credential.secret
  const { [member]: secret, ...rest } = value
  const holds = { ...rest, [hashedAs]: hashSecret(String(secret)) }
  return { holds, shown: fingerprint(String(secret)) }
}

/** Seals a credential and hands it to the browser, in a cookie that no script can read. */
export async function sendCredential<T extends object, P extends string>(
  c: Context<Passwords<P>>,
  { name: cookie, purpose, seconds, toldSealed: holds }: SealedCredential<T, P, never>,
  value: T,
  maxAgeSeconds: number,
): Promise<void> {
  const since = c.trace.since()
  const seal = await sealData(value, { password: c.app.passwordsFor[purpose], ttl: seconds })
  c.trace.tell('cookie.sealed', () => ({ cookie, seal: fingerprint(seal), holds }), since)
  sendCookie(c, cookie, seal, maxAgeSeconds)
}
