import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOutage } from '../../lib/store/database.ts'
import { startMemcached } from '../../scripts/rig/memcached.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { PASSWORD, startApp, startBeside, type TestApp } from '../fixtures/app.ts'
import { provider } from '../fixtures/database.ts'
import { portion, seeds } from '../fixtures/portion.ts'
import { ADMIN, CLIENT } from '../fixtures/process.ts'
import { type Instances, meet } from '../walk/in-process.ts'
import { createLedger, type Fact } from '../walk/ledger.ts'
import { operationsOf } from '../walk/operations.ts'
import { createPerson } from '../walk/person.ts'
import { createRandom, type Random } from '../walk/random.ts'
import { Unanswered } from '../walk/server.ts'

// People do at random whatever can be done, at instances whose clocks stand, creep and jump, and
// are up to ten seconds apart. After each thing everything that was ever acknowledged is asked for
// again: what was superseded, ended or denied must be so for good, everywhere, also where a clock
// was set back by up to a day; and what is good must be so at once.

const SEEDS = seeds([1], [1, 2])
const OPERATIONS = portion(12, 60)
const PEOPLE = 4
/** Seconds by which the clocks are off: each by five at most. */
const CLOCKS = [0, 5, -5]
const DAY = 24 * 60 * 60

type Store = 'database' | 'memory' | 'redis' | 'memcached'
type Kept = { store: Store; start?: () => Promise<Server>; config: (url: string) => object }
const STORES: Kept[] = [
  { store: 'database', config: () => ({}) },
  { store: 'memory', config: () => ({}) },
  { store: 'redis', start: startRedis, config: redisUrl => ({ redisUrl }) },
  { store: 'memcached', start: startMemcached, config: memcachedUrl => ({ memcachedUrl }) },
]
/** Records in the database and beside it; `npm run soak` goes to every store. */
const PORTION = portion(['database', 'redis'], ['database', 'memory', 'redis', 'memcached'])
const isHere = (store: Store) =>
  (store !== 'redis' && store !== 'memcached') || locate(store) !== null

/** Instances on one database, one of which may be away: started again with its clock set back. */
async function startInstances(store: Store, config: object, random: Random) {
  const settings = {
    ...config,
    sessionStore: store,
    demo: false,
    clients: { [CLIENT.id]: CLIENT.secret },
  }
  const first = await startApp(settings)
  // Records in the memory of one are unknown to the others.
  const others = store === 'memory' ? [] : CLOCKS.slice(1)
  const start = (ahead: number) => startBeside(first, ahead, settings)
  const trusted: TestApp[] = [first]
  for (const ahead of others) trusted.push(await start(ahead))
  let setBack: TestApp[] = []
  const instances: Instances = {
    trusted: () => trusted,
    all: () => [...trusted, ...setBack],
    told: {
      now: () => first.clock.now().getTime(),
      pass(seconds) {
        for (const { clock } of instances.all()) clock.advance(seconds)
      },
    },
  }
  return {
    ...instances,
    first,
    /**
     * What the surroundings do now and then: time goes on or stands, a clock is set back, rows are
     * swept.
     */
    async happen() {
      const what = random.between(1, 10)
      if (what <= 3) instances.told.pass(random.between(0, 1500) / 1000)
      if (what === 4) instances.told.pass(random.between(2, 9))
      if (what === 5) random.pick(trusted)?.clock.turnBack(random.between(1, DAY))
      if (what === 6 && store !== 'memory') setBack = [await start(-random.between(1, DAY))]
      if (what === 7) await random.pick(instances.all())?.sweep()
    },
  }
}

/** What came of some work, or nothing where a store had no answer in time. */
async function unlessUnanswered<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work
  } catch (thrown) {
    if (thrown instanceof Unanswered || isOutage(thrown)) return undefined
    throw thrown
  }
}

/**
 * One walk: how much was done, by name, and asked for; and what was found otherwise than
 * acknowledged.
 */
async function walk(store: Store, config: object, seed: number) {
  const random = createRandom(seed)
  const instances = await startInstances(store, config, random)
  const { first } = instances
  const hashed = await first.passwords.hash(PASSWORD)
  if (!hashed.ok) throw new Error(hashed.reason)
  const admin = { email: ADMIN, name: 'Admin', role: 'admin' as const, passwordHash: hashed.value }
  await first.accounts.create({ ...admin, now: first.clock.now() })
  const done: Record<string, number> = {}
  const faults: string[] = []
  let askings = 0

  async function live(index: number) {
    const own = createRandom(seed * 1000 + index)
    const { server, atAny, askings: asked } = await meet(instances, own)
    const ledger = createLedger(instances.told.now)
    const person = createPerson(server, ledger, `person-${index}`, `198.18.0.${index + 1}`)
    // Asking for a password signs in; a wrong one counts against the account.
    const isPassword = (fact: Fact) => person.passwords.some(({ works }) => works === fact)
    const check = async (asks: (fact: Fact) => boolean) => [
      ...(await ledger.check(fact => fact.isSo !== false && asks(fact))),
      ...(await atAny(() => ledger.check(fact => fact.isSo === false && asks(fact)))),
    ]
    for (let count = 0; count < OPERATIONS && faults.length === 0; count += 1) {
      const named = Object.entries(operationsOf(person, server, ledger, own))
      const possible = named.flatMap(([name, operation]) => {
        const work = operation()
        return work ? [{ name, work }] : []
      })
      const next = own.pick(possible)
      // Whatever was not answered is unknown until it is asked for.
      await unlessUnanswered(next?.work())
      if (next) done[next.name] = (done[next.name] ?? 0) + 1
      await unlessUnanswered(first.database.attempt.deleteMany())
      await unlessUnanswered(instances.happen())
      faults.push(
        ...(await check(fact => !isPassword(fact))).map(fault => `after ${next?.name}: ${fault}`),
      )
    }
    faults.push(...((await unlessUnanswered(check(isPassword))) ?? []))
    askings += asked()
  }
  await Promise.all(Array.from({ length: PEOPLE }, (_, index) => live(index)))
  return { done, askings, faults }
}

describe.each(STORES.filter(({ store }) => PORTION.includes(store)))(
  'with sessions in $store',
  ({ store, start, config }) => {
    const test = it.skipIf(!isHere(store))
    let server: Server | undefined
    beforeAll(async () => {
      if (isHere(store)) server = await start?.()
    })
    afterAll(() => server?.stop())

    test.each(SEEDS)(
      'nothing refused comes back, and nothing good is refused: seed %i',
      { timeout: 300_000 },
      async seed => {
        const { done, askings, faults } = await walk(store, config(server?.url ?? ''), seed)
        const operations = Object.values(done).reduce((sum, count) => sum + count, 0)
        process.stdout.write(
          `walk: ${provider()}, ${store}, seed ${seed}: ${operations} operations, ${askings} requests\n`,
        )
        expect({ seed, faults }).toEqual({ seed, faults: [] })
        expect(Object.keys(done).length).toBeGreaterThan(10)
      },
    )
  },
)
