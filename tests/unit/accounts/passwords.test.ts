import { createHmac } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { compareSync, getRounds } from 'bcryptjs'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import type { Comparing } from '../../../lib/accounts/password.worker.ts'
import { createPasswords, type Passwords } from '../../../lib/accounts/passwords.ts'
import { networksOf } from '../../../lib/http/network.ts'
import { PASSWORD, PEPPER, TEST_COST } from '../../fixtures/app.ts'
import { oldHash } from '../../fixtures/passwords.ts'

/** So many jobs have begun before anything waits. */
const WORKERS = Math.max(1, availableParallelism() - 1)

// To start a thread takes longer than most tests: but for those that need their own, they share.
const shared = createPasswords({ pepper: PEPPER, cost: TEST_COST })
afterAll(() => shared.close())

const started = () => using(shared)

function startedAlone({ pepper = PEPPER, cost = TEST_COST } = {}) {
  const passwords = createPasswords({ pepper, cost })
  onTestFinished(() => passwords.close())
  return using(passwords)
}

function using(passwords: Passwords) {
  const hash = async (password: string) => {
    const hashed = await passwords.hash(password)
    return hashed.ok ? hashed.value : ''
  }
  const matches = async (password: string, of: string | null) => {
    const verified = await passwords.verify(password, of)
    return verified.ok && verified.value !== false
  }
  return { passwords, hash, matches }
}

test('a hash is bcrypt, at the cost that was asked for, over an HMAC of the password', async () => {
  const { hash } = startedAlone({ cost: 5 })
  const hashed = await hash('a password')
  expect(getRounds(hashed)).toBe(5)
  expect(
    compareSync(createHmac('sha384', PEPPER).update('a password').digest('base64'), hashed),
  ).toBe(true)
  expect(compareSync('a password', hashed)).toBe(false)
})

test('a right password matches and a wrong one does not; two hashes of one are not the same', async () => {
  const { hash, matches } = started()
  const hashed = await hash('a password')
  expect(await hash('a password')).not.toBe(hashed)
  expect(await matches('a password', hashed)).toBe(true)
  for (const wrong of ['', 'A password', 'a password ', 'a\0password', 'a passwor'])
    expect(await matches(wrong, hashed)).toBe(false)
})

test('the whole of a password counts: past 72 bytes, and past NUL', async () => {
  const { hash, matches } = started()
  const long = await hash(`${'x'.repeat(72)}one`)
  expect(await matches(`${'x'.repeat(72)}two`, long)).toBe(false)
  expect(await matches(`${'x'.repeat(72)}one`, long)).toBe(true)
  const withNul = await hash('before\0after')
  expect(await matches('before\0other', withNul)).toBe(false)
  expect(await matches('before', withNul)).toBe(false)
})

test('without the pepper a hash opens to nobody', async () => {
  const hashed = await started().hash('a password')
  expect(
    await startedAlone({ pepper: 'another pepper, of forty characters too.' }).matches(
      'a password',
      hashed,
    ),
  ).toBe(false)
})

test('an account that does not exist has a hash that nothing matches', async () => {
  const { matches, passwords } = startedAlone()
  await passwords.warmUp()
  for (const password of ['', 'a password', 'undefined', 'null'])
    expect(await matches(password, null)).toBe(false)
})

test.each(['', 'x', '$2b$04$tooshort', '$2b$04$'.padEnd(60, '!')])(
  'what is stored may be damaged: %j matches nothing',
  async hash => {
    const { passwords } = started()
    const verified = await passwords.verify('a password', hash).catch(() => 'thrown')
    expect(verified).not.toEqual({ ok: true, value: true })
    // And whoever comes next is served.
    expect(await passwords.hash('a password')).toMatchObject({ ok: true })
  },
)

/** A request from an address, by an account, or by nobody who has one yet. */
const from = (
  address: string,
  account: string | null = 'a@test.example',
  signal?: AbortSignal,
) => ({
  networks: networksOf(address),
  account,
  signal,
})

/**
 * Comparisons that note in which order they were done. One worker does them one after the other.
 */
async function inOrder({ passwords, hash }: ReturnType<typeof started>) {
  const known = await hash('a password')
  const order: string[] = []
  const compare = async (name: string, waiter: ReturnType<typeof from>) => {
    const verified = await passwords.verify('a password', known, waiter)
    order.push(verified.ok ? name : `${name} refused`)
  }
  return { order, compare }
}

test('whoever comes new waits for one job of each other network at most', async () => {
  const { order, compare } = await inOrder(started())
  const storm = ['192.0.2.1', '192.0.2.2', '2001:db8:7::1'].flatMap(address =>
    Array.from({ length: 10 }, () => compare(address, from(address))),
  )
  const newcomer = compare('newcomer', from('192.0.2.9'))
  await Promise.all([...storm, newcomer])
  const before = order.slice(0, order.indexOf('newcomer'))
  // What had begun before is no turn: one for each worker.
  const counts = Map.groupBy(before.slice(WORKERS), address => address)
  for (const [address, jobs] of counts)
    expect({ address, jobs: jobs.length }).toEqual({ address, jobs: 1 })
  expect(order).toHaveLength(31)
})

test('within a network, an account waits for one job of each other', async () => {
  const { order, compare } = await inOrder(started())
  const storm = Array.from({ length: 10 }, () =>
    compare('other', from('192.0.2.1', 'b@test.example')),
  )
  const newcomer = compare('newcomer', from('192.0.2.1'))
  await Promise.all([...storm, newcomer])
  expect(order.indexOf('newcomer')).toBeLessThanOrEqual(WORKERS + 1)
})

test('all of a /48 take one turn, its /64s in turn within it', async () => {
  const { order, compare } = await inOrder(started())
  const site = Array.from({ length: 20 }, (_, at) => compare('site', from(`2001:db8:1:${at}::1`)))
  const others = Array.from({ length: 5 }, () => compare('other', from('192.0.2.1')))
  await Promise.all([...site, ...others])
  // Those of the one address are done when as many of the site are, and those that had begun.
  expect(order.lastIndexOf('other')).toBeLessThanOrEqual(2 * 5 + WORKERS)
})

test('a full queue turns the newest of the longest network away at once, and does all it took', async () => {
  const { order, compare } = await inOrder(started())
  const storm = Array.from({ length: 200 }, (_, at) => compare(`storm ${at}`, from('192.0.2.1')))
  const few = Array.from({ length: 12 }, (_, at) =>
    compare(`few ${at}`, from(`192.0.2.${at + 10}`)),
  )
  await Promise.all([...storm, ...few])
  const refused = order.filter(name => name.endsWith('refused'))
  expect(refused.every(name => name.startsWith('storm'))).toBe(true)
  expect(order).toHaveLength(212)
  expect(refused).toHaveLength(212 - 64 - WORKERS)
  // The newest of them: those that came last before the few, and then those beyond the first 64.
  expect(order).toContain('storm 10')
  expect(order).not.toContain(`storm ${64 + WORKERS - 1}`)
})

test('a refusal says when to come again, and whoever comes later is served', async () => {
  const { passwords, hash } = started()
  const work = Array.from({ length: 200 }, () => passwords.hash('a password'))
  const busy = (await Promise.all(work)).filter(result => !result.ok)
  expect(busy).toHaveLength(200 - 64 - WORKERS)
  for (const result of busy)
    expect(result).toEqual({ ok: false, reason: 'passwords_busy', retryAfterSeconds: 5 })
  expect(await hash('a password')).toMatch(/^\$2/)
})

test('who has an account goes before who makes one, and neither takes the other’s places', async () => {
  const all = started()
  const { passwords } = all
  const { order, compare } = await inOrder(all)
  const making = Array.from({ length: 64 + WORKERS }, async (_, at) => {
    const person = { name: 'Sam', email: 'sam@some.example' }
    const made = await passwords.hashNew(PASSWORD, person, from(`192.0.2.${at}`, null))
    order.push(made.ok ? 'made' : 'made refused')
  })
  const signingIn = Array.from({ length: 64 }, (_, at) =>
    compare('signed in', from(`198.51.100.${at}`)),
  )
  await Promise.all([...making, ...signingIn])
  expect(order.filter(name => name.endsWith('refused'))).toEqual([])
  const begun = order.indexOf('signed in')
  expect(begun).toBeLessThanOrEqual(WORKERS)
  expect(order.lastIndexOf('signed in')).toBeLessThanOrEqual(64 + WORKERS)
})

test('who goes away before the turn came leaves the queue, and nobody waits for it', async () => {
  const { order, compare } = await inOrder(started())
  const gone = new AbortController()
  const all = [
    ...Array.from({ length: WORKERS }, () => compare('first', from('192.0.2.1'))),
    ...Array.from({ length: 64 }, () => compare('gone', from('192.0.2.2', undefined, gone.signal))),
  ]
  gone.abort()
  const later = Array.from({ length: 64 }, () => compare('later', from('192.0.2.2')))
  await Promise.all([
    ...all,
    ...later,
    compare('too late', from('192.0.2.3', undefined, gone.signal)),
  ])
  expect(order.filter(name => name === 'gone refused')).toHaveLength(64)
  expect(order.filter(name => name === 'later')).toHaveLength(64)
  expect(order).toContain('too late refused')
})

test('a right password in another form of Unicode matches, and so does one of an old hash as it was typed', async () => {
  const { passwords, hash, matches } = started()
  const [typed, other] = ['größere Straße', 'größere Straße'].map((text, at) =>
    text.normalize(at ? 'NFD' : 'NFC'),
  )
  const hashed = await hash(typed ?? '')
  expect(await matches(other ?? '', hashed)).toBe(true)
  const old = oldHash(other ?? '')
  expect(await passwords.verify(other ?? '', old)).toEqual({ ok: true, value: 'outdated' })
  expect(await passwords.verify(typed ?? '', old)).toEqual({ ok: true, value: false })
  expect(await passwords.verify(typed ?? '', hashed)).toEqual({ ok: true, value: 'current' })
})

test('half a character matches nothing, whatever form it is compared in', async () => {
  const { hash, matches } = started()
  const hashed = await hash('honest long \ufffd phrase')
  for (const half of ['\ud800', '\udfff'])
    expect(await matches(`honest long ${half} phrase`, hashed)).toBe(false)
})

test('an unknown account is compared as often as a known one: twice only where the two forms differ', async () => {
  const post = vi.spyOn(Worker.prototype, 'postMessage')
  onTestFinished(() => post.mockRestore())
  const { passwords, hash } = startedAlone()
  const known = await hash('another password')
  await passwords.warmUp()
  for (const [password, forms] of [
    ['plain', 1],
    ['é'.normalize('NFD'), 2],
  ] as const) {
    post.mockClear()
    await passwords.verify(password, known)
    await passwords.verify(password, null)
    const jobs = post.mock.calls.map(([job]) => (job as Comparing).prehashes)
    expect(jobs.map(prehashes => prehashes.length)).toEqual([forms, forms])
    expect(jobs[0]).toEqual(jobs[1])
  }
})

test('a hash that could not be made for unknown accounts is made later: no refusal is kept', async () => {
  const { passwords } = startedAlone()
  const alone = (at: number) => from(`192.0.2.${at}`)
  const storm = Promise.all(
    Array.from({ length: 64 + WORKERS }, (_, at) => passwords.hash('a password', alone(at))),
  )
  expect(await passwords.verify('a password', null)).toMatchObject({
    ok: false,
    reason: 'passwords_busy',
  })
  await storm
  expect(await passwords.verify('a password', null)).toEqual({ ok: true, value: false })
})
