import { z } from 'zod'
import { DEMO_PASSWORD } from '../accounts/demo-people.ts'
import type { Passwords } from '../accounts/passwords.ts'
import type { App } from '../app.ts'
import { createLines } from '../auth/lines.ts'
import type { Context } from '../context/context.ts'
import { type SealedCookie, sendSealed, unseal } from '../context/seal.ts'
import { COOKIES } from '../http/cookies.ts'
import { networksOf } from '../http/network.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { createLocalName } from '../random.ts'
import { LIFETIMES } from '../settings/settings.ts'
import type { Member } from '../store/groups.ts'
import { endEach, otherSignIns } from './devices.ts'

// Demo mode: a reader, an editor and an admin for each browser that asks, so that people who try it
// at once do not meet. Which are its own a browser says by a sealed cookie; what the cast's
// passwords are everybody may know, and their addresses nobody can guess.

const CAST: SealedCookie<{ groupId: string }, 'cast'> = {
  name: COOKIES.cast,
  purpose: 'cast',
  // As long as a sign-in can go on without anybody asking for the cast again.
  seconds: LIFETIMES.refreshAbsolute,
  holds: z.object({ groupId: z.string() }),
}

/** The group this browser says is its own. Whether it is still there is for the database to say. */
async function receive(c: Context<App>): Promise<string | null> {
  const kept = await unseal(c, CAST, c.cookies.get(CAST.name))
  return kept?.groupId ?? null
}

// All casts have one password, and one hash of it: a class that comes in at once must not wait for
// ninety.
const hashes = new WeakMap<Passwords, Promise<Result<string>>>()

async function hashOnce(passwords: Passwords): Promise<Result<string>> {
  const hashing = hashes.get(passwords) ?? passwords.hash(DEMO_PASSWORD)
  hashes.set(passwords, hashing)
  const hashed = await hashing.catch(() => null)
  if (hashed?.ok) return hashed
  // Made again next time: one that failed must not stand for all that come after it.
  hashes.delete(passwords)
  return hashed ?? refuse('passwords_busy', { retryAfterSeconds: 5 })
}

// A class comes in at once. One after the other, those of one network leave the database's
// connections to others, and none is turned away.
const lines = createLines()

const inTurn = <T>(c: Context<App>, work: () => Promise<T>): Promise<T> =>
  lines.inLine(networksOf(c.client.address)[0] ?? '', work)

/**
 * What a browser is told of its cast: the accounts, in the order of the roles they were made with,
 * and the password they were made with.
 */
export type Cast = { accounts: Pick<Member, 'email' | 'name' | 'role'>[]; password: string }

const toCast = (members: Member[]): Cast => ({
  accounts: members.map(({ email, name, role }) => ({ email, name, role })),
  password: DEMO_PASSWORD,
})

/**
 * The cast of this browser: the one it has, where that is still there, else a new one. How many a
 * network may make is limited.
 */
export async function openCast(c: Context<App>): Promise<Result<Cast>> {
  // A page of another origin keeps no cookie of ours: each time it asked there would be one more.
  if (!c.mayRenew) return refuse('cross_site_request')
  const hashed = await hashOnce(c.app.passwords)
  if (!hashed.ok) return hashed
  const start = { passwordHash: hashed.value, now: c.app.clock.now() }
  const since = c.trace.since()
  const own = await receive(c)
  const found = own && (await c.app.groups.resume(own, start))
  if (own && found) {
    c.trace.tell('cast.found', () => ({ accounts: found.length }), since)
    await sendSealed(c, CAST, { groupId: own })
    return accept(toCast(found))
  }
  const groupId = createLocalName()
  const created = await inTurn(c, async (): Promise<Result<Member[]>> => {
    const counted = await c.app.throttle.beginCast(c.client.address)
    return counted.ok ? accept(await c.app.groups.create(groupId, start)) : counted
  })
  if (!created.ok) return created
  const made = created.value
  c.trace.tell('cast.created', () => ({ accounts: made.length }), since)
  c.audit('cast.created', { mode: 'none', outcome: 'ok' })
  await sendSealed(c, CAST, { groupId })
  return accept(toCast(made))
}

/**
 * Takes the cast of this browser back to the start, and ends every sign-in of it. Refused as not
 * there where it has none.
 */
export async function resetCast(c: Context<App>): Promise<Result<null>> {
  if (!c.mayRenew) return refuse('cross_site_request')
  const groupId = await receive(c)
  if (!groupId) return refuse('not_found')
  const hashed = await hashOnce(c.app.passwords)
  if (!hashed.ok) return hashed
  const members = await c.app.groups.members(groupId)
  // Asked for before they end all at once: afterwards they are not listed any more.
  const signIns = await Promise.all(
    members.map(async ({ id }) => ({ id, all: await otherSignIns(c, id) })),
  )
  const since = c.trace.since()
  const start = { passwordHash: hashed.value, now: c.app.clock.now() }
  if (!(await inTurn(c, () => c.app.groups.reset(groupId, start)))) return refuse('not_found')
  // Told before the rest is tidied up: whoever watches may have been signed in as one of them.
  const signInsEnded = signIns.reduce((sum, { all }) => sum + all.length, 0)
  c.trace.tell('cast.reset', () => ({ signInsEnded }), since)
  await Promise.all(signIns.map(({ id, all }) => endEach(c, id, all, 'cast_reset')))
  c.audit('cast.reset', { mode: 'none', outcome: 'ok' })
  return accept(null)
}
