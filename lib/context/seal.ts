import { sealData, unsealData } from 'iron-session'
import type { ZodType } from 'zod'
import { accept, type Reason, type Result, refuse } from '../http/result.ts'
import { fingerprint } from '../wire/redaction.ts'
import type { Context } from './context.ts'
import { sendCookie } from './set-cookie.ts'

/** iron-session's passwords by purpose: one key for one purpose (ASVS 5.0, V11.2). */
export type SealParts<Purpose extends string> = {
  passwordsFor: Record<Purpose, Record<string, string>>
}

/** A cookie of ours that only this server can make and read. */
export type SealedCookie<T, Purpose extends string> = {
  name: string
  purpose: Purpose
  /** How long a seal opens, in seconds. */
  seconds: number
  holds: ZodType<T>
}

/** A cookie that signs in: what is told of its seal, and how it is refused when it is not ours. */
export type SealedCredential<T, Purpose extends string> = SealedCookie<T, Purpose> & {
  malformed: Reason
  toldSealed: string
  /** The member that is the secret, and the name under which its fingerprint is told. */
  secret: { member: keyof T; toldAs: 'sessionId' | 'secret' }
}

/**
 * Whether a value has exactly the shape of iron-session's seal: its reader lets text after the end
 * pass, and one credential must have one spelling.
 */
const isSeal = (value: string): boolean =>
  /^Fe26\.2\*\w*\*[0-9a-f]{64}(\*[\w-]*){3}\*[0-9a-f]{64}\*[\w-]{43}~2$/.test(value)

/** What is in a seal, or null where this server did not make it, or not for this cookie. */
export async function unseal<T, P extends string>(
  { app }: Context<SealParts<P>>,
  { purpose, seconds, holds }: SealedCookie<T, P>,
  seal: string | undefined,
): Promise<T | null> {
  if (seal === undefined || !isSeal(seal)) return null
  const options = { password: app.passwordsFor[purpose], ttl: seconds }
  return holds.safeParse(await unsealData(seal, options).catch(() => null)).data ?? null
}

/** Seals a value into its cookie, and sends that with the answer. */
export async function sendSealed<T extends object, P extends string>(
  c: Context<SealParts<P>>,
  { name, purpose, seconds }: SealedCookie<T, P>,
  value: T,
): Promise<void> {
  const options = { password: c.app.passwordsFor[purpose], ttl: seconds }
  sendCookie(c, name, await sealData(value, options), seconds)
}

/** Opens the seal of a credential: proof that this server made it, at some time, and no more. */
export async function openCredential<T extends object, P extends string>(
  c: Context<SealParts<P>>,
  credential: SealedCredential<T, P>,
  seal: string,
): Promise<Result<T>> {
  const { name: cookie, malformed, secret } = credential
  const since = c.trace.since()
  const value = await unseal(c, credential, seal)
  if (value === null) {
    c.trace.tell('cookie.refused', () => ({ cookie }), since)
    return refuse(malformed)
  }
  c.trace.tell(
    'cookie.unsealed',
    () => ({ cookie, [secret.toldAs]: fingerprint(String(value[secret.member])) }),
    since,
  )
  return accept(value)
}

/** Seals a credential and hands it to the browser, in a cookie that no script can read. */
export async function sendCredential<T extends object, P extends string>(
  c: Context<SealParts<P>>,
  { name: cookie, purpose, seconds, toldSealed: holds }: SealedCredential<T, P>,
  value: T,
  maxAgeSeconds: number,
): Promise<void> {
  const since = c.trace.since()
  const seal = await sealData(value, { password: c.app.passwordsFor[purpose], ttl: seconds })
  c.trace.tell('cookie.sealed', () => ({ cookie, seal: fingerprint(seal), holds }), since)
  sendCookie(c, cookie, seal, maxAgeSeconds)
}
