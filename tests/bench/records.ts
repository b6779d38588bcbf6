import { plusSeconds } from '../../lib/clock.ts'
import { createHandle, createSecret, hashSecret } from '../../lib/random.ts'
import { LIFETIMES } from '../../lib/settings/settings.ts'

/** The version of the accounts whose sign-ins these are. */
export const VERSION = createHandle()

const browser = {
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  address: '192.0.2.1',
}

/** A session as a sign-in keeps it. No text of it is shared with another's, as in a request. */
export const sessionOf = (userId: string, now: Date) => ({
  idHash: hashSecret(createSecret()),
  handle: createHandle(),
  userId,
  role: 'reader' as const,
  createdAt: now,
  lastSeenAt: now,
  idleSeconds: LIFETIMES.sessionIdle,
  idleExpiresAt: plusSeconds(now, LIFETIMES.sessionIdle),
  absoluteExpiresAt: plusSeconds(now, LIFETIMES.sessionAbsolute),
  userAgent: Buffer.from(browser.userAgent).toString(),
  address: Buffer.from(browser.address).toString(),
  signInVersion: VERSION,
  previousIdHash: null,
  renewedAt: null,
})

/** A sign-in with a token as it is kept. */
export const familyOf = (userId: string, now: Date) => ({
  id: createHandle(),
  userId,
  createdAt: now,
  lastSeenAt: now,
  absoluteExpiresAt: plusSeconds(now, LIFETIMES.refreshAbsolute),
  idleExpiresAt: plusSeconds(now, LIFETIMES.refreshIdle),
  ...browser,
  signInVersion: VERSION,
  currentHash: hashSecret(createSecret()),
  currentJti: createHandle(),
})
