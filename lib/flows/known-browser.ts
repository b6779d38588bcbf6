import { z } from 'zod'
import type { App } from '../app.ts'
import type { Context } from '../context/context.ts'
import { type SealedCookie, sendSealed, unseal } from '../context/seal.ts'
import { COOKIES } from '../http/cookies.ts'
import { createHandle } from '../random.ts'
import type { Credentials } from '../store/accounts.ts'

// An account that strangers have locked stays open to its owner, in a browser in which the owner
// has signed in before. No network is remembered, and nothing on the server: the browser brings
// what it was given.

/** How many accounts one browser is known to; the one it used longest ago makes room. */
const MOST = 10

/**
 * A browser's own name, by which its guesses count, and the accounts it has signed in to, each with
 * its version of sign-ins, last used first.
 */
const Known = z.object({
  id: z.string(),
  accounts: z.array(z.object({ id: z.string(), signInVersion: z.string() })).max(MOST),
})
type Known = z.infer<typeof Known>

const KNOWN: SealedCookie<Known, 'known'> = {
  name: COOKIES.known,
  purpose: 'known',
  seconds: 90 * 24 * 60 * 60,
  holds: Known,
}

const receive = (c: Context<App>): Promise<Known | null> =>
  unseal(c, KNOWN, c.cookies.get(KNOWN.name))

const knows = ({ accounts }: Known, id: string, signInVersion: string): boolean =>
  accounts.some(account => account.id === id && account.signInVersion === signInVersion)

async function send(
  c: Context<App>,
  known: Known | null,
  id: string,
  signInVersion: string,
): Promise<void> {
  const others = known?.accounts.filter(account => account.id !== id) ?? []
  const accounts = [{ id, signInVersion }, ...others].slice(0, MOST)
  // The name stays: with a new one each time whoever has an account would have as many guesses at
  // others as sign-ins.
  await sendSealed(c, KNOWN, { id: known?.id ?? createHandle(), accounts })
}

/**
 * The name by which this browser's guesses at an account count, or null where it is a stranger to
 * it: it has never signed in there, or all sign-ins were ended since, by a new password, at once,
 * or by disabling. An account that there is not takes as long.
 */
export async function knownAs(
  c: Context<App>,
  credentials: Credentials | null,
): Promise<string | null> {
  const known = await receive(c)
  if (!known || !credentials) return null
  const { account, signInVersion } = credentials
  return knows(known, account.id, signInVersion) ? `${known.id} ${account.id}` : null
}

/** Makes this browser known to an account somebody has just signed in to. */
export async function remember(c: Context<App>, id: string, signInVersion: string): Promise<void> {
  if (c.mayRenew) await send(c, await receive(c), id, signInVersion)
}

/**
 * Keeps a browser known that was known before whoever is signed in there ended all other sign-ins.
 */
export async function keepKnown(
  c: Context<App>,
  id: string,
  before: string,
  after: string,
): Promise<void> {
  const known = await receive(c)
  if (known && c.mayRenew && knows(known, id, before)) await send(c, known, id, after)
}
