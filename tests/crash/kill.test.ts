import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgresql } from '../../scripts/rig/postgresql.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import { portion, seeds } from '../fixtures/portion.ts'
import { environmentOf, temporaryFolder } from '../fixtures/process.ts'
import { createLedger, type Ledger } from '../walk/ledger.ts'
import { operationsOf } from '../walk/operations.ts'
import { createPerson, type Person } from '../walk/person.ts'
import { createRandom, type Random } from '../walk/random.ts'
import type { Server } from '../walk/server.ts'
import { Killed, startServer } from './server.ts'

/** In two rounds the second sees what came of the first. */
const ROUNDS = portion(1, 6)
/**
 * The same each time; `npm run soak` tries others. What happens at the same moment differs all the
 * same.
 */
const SEEDS = seeds([89_053], [89_053, 271_828])
const PEOPLE = 6
/**
 * How much is acknowledged in a round before the server is killed: counted, so that it does not
 * matter how quick the machine is.
 */
const [LEAST, MOST] = [2 * PEOPLE, 10 * PEOPLE] as const
const MOST_OPERATIONS = 1000

type Round = { ledger: Ledger; people: Person[] }

const onSqlite = () => {
  const { folder, remove } = temporaryFolder()
  onTestFinished(remove)
  return `file:${join(folder, 'crash.db')}`
}

async function onPostgresql() {
  const server = await startPostgresql()
  onTestFinished(server.stop)
  return server.url
}

async function withRedis() {
  const server = await startRedis()
  onTestFinished(server.stop)
  return { SESSION_STORE: 'redis', REDIS_URL: server.url }
}

const KEPT = [
  { where: 'SQLite', needs: [], database: onSqlite, store: async () => ({}), rounds: ROUNDS },
  {
    where: 'PostgreSQL',
    needs: ['postgresql'],
    database: onPostgresql,
    store: async () => ({}),
    rounds: ROUNDS,
  },
  // The process alone is killed: what Redis was told it goes on knowing. Redis itself:
  // `tests/servers/redis-revived.test.ts`.
  {
    where: 'SQLite and Redis',
    needs: ['redis'],
    database: onSqlite,
    store: withRedis,
    rounds: Math.ceil(ROUNDS / 2),
  },
] as const

/** Does one thing after the other until the server is killed. */
async function live(person: Person, server: Server, ledger: Ledger, random: Random): Promise<void> {
  const operations = Object.values(operationsOf(person, server, ledger, random))
  try {
    for (let count = 0; count < MOST_OPERATIONS && !server.isKilled(); count += 1) {
      await random.pick(operations.flatMap(operation => operation() ?? []))?.()
    }
  } catch (thrown) {
    if (!(thrown instanceof Killed)) throw thrown
  }
}

/**
 * Whether the refresh tokens are what they were said to be: by using them up, so nothing can be
 * asked of these people afterwards.
 */
async function spendRefreshTokens({ people }: Round): Promise<string[]> {
  const faults: string[] = []
  for (const { name, send, signIns } of people)
    for (const signIn of signIns)
      for (const { value, good } of signIn.mode === 'token'
        ? signIn.refreshTokens.toReversed()
        : []) {
        const headers = { cookie: `__Host-refresh=${value}` }
        const { status } = await send(
          '/api/token/refresh',
          { method: 'POST', headers },
          200,
          401,
          409,
        )
        // One whose answer was lost with the server may be exchanged again.
        if (good.isSo !== null && !good.wasUnderWay && (status === 200) !== good.isSo)
          faults.push(
            `${name}: a refresh token that is ${good.isSo ? 'good' : 'used or ended'} gets ${status}`,
          )
      }
  return faults
}

/** Once where everybody has it; `npm run soak` goes to every place. */
const PLACES = portion<readonly (typeof KEPT)[number][]>(KEPT.slice(0, 1), KEPT)

for (const [{ where, needs, database, store, rounds }, seed] of PLACES.flatMap(kept =>
  SEEDS.map(seed => [kept, seed] as const),
))
  test.skipIf(!needs.every(locate))(
    `loses nothing it acknowledged to kill -9, and brings nothing back: ${where}, ${rounds} rounds, seed ${seed}`,
    { timeout: 60_000 + rounds * 120_000 },
    async () => {
      const server = await startServer(environmentOf(await database(), await store()))
      onTestFinished(async () => void (await server.stop()))
      const random = createRandom(seed)
      const told = { acknowledged: 0, underWay: 0 }
      let before: Round | null = null
      for (let round = 1; round <= rounds; round += 1) {
        const ledger = createLedger()
        const people = Array.from({ length: PEOPLE }, (_, index) =>
          createPerson(
            server,
            ledger,
            `person-${round}-${index}`,
            `198.18.${round % 256}.${index + 1}`,
          ),
        )
        const lives = people.map((person, index) =>
          live(person, server, ledger, createRandom(seed + round * PEOPLE + index)),
        )
        const over = Promise.all(lives)
        await Promise.race([over, ledger.whenAcknowledged(random.between(LEAST, MOST))])
        await server.kill()
        await over
        told.acknowledged += ledger.acknowledged()
        told.underWay += ledger.isUnderWay()
        await server.start()
        const faults = [...(await ledger.check()), ...((await before?.ledger.check()) ?? [])]
        if (before) faults.push(...(await spendRefreshTokens(before)))
        expect({ round, faults }).toEqual({ round, faults: [] })
        // What ended with the account's standing must not come back with it: seen after the next
        // round.
        for (const person of people)
          await operationsOf(person, server, ledger, random).enable?.()?.()
        before = { ledger, people }
      }
      expect(told.acknowledged).toBeGreaterThanOrEqual(rounds * LEAST)
      expect(told.underWay).toBeGreaterThan(0)
    },
  )
