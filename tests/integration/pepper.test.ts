import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEMO_PASSWORD, DEMO_PEOPLE, sharedEmail } from '../../lib/accounts/demo-people.ts'
import { checkPepper } from '../../scripts/lib/pepper.ts'
import { createAccount, startApp, type TestApp } from '../fixtures/app.ts'
import { takeBareDatabase } from '../fixtures/database.ts'

const SEED = join(import.meta.dirname, '..', '..', 'prisma', 'seed.ts')
const ANOTHER = 'another pepper: of forty characters. 1234'
const STOPPED =
  /^The passwords in .+ were hashed with another AUTHSCOPE_PEPPER: put that one back.*, or choose the database that this one belongs to\.$/

const start = ({ config }: TestApp, pepper = config.pepper) =>
  checkPepper({ AUTHSCOPE_PEPPER: pepper, DATABASE_URL: config.databaseUrl })
const marks = (app: TestApp) => app.database.pepperMark.findMany()

test('a start with another pepper than the first stops with a sentence, and one with the same goes on', async () => {
  const app = await startApp()
  expect(await start(app)).toBe(true)
  const left = await marks(app)
  expect(left).toEqual([{ id: 'passwords', mark: expect.stringMatching(/^[\w-]{43}$/) }])
  await createAccount(app)
  await expect(start(app, ANOTHER)).rejects.toThrow(STOPPED)
  await expect(start(app, `${app.config.pepper}AUTHSCOPE_CLIENTS=x`)).rejects.toThrow(STOPPED)
  expect(await start(app)).toBe(true)
  expect(await marks(app)).toEqual(left)
})

test('the pepper of a database of an earlier version is believed once, where nothing tells', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  await createAccount(app, 'editor')
  expect(await start(app)).toBe(true)
  await expect(start(app, ANOTHER)).rejects.toThrow(STOPPED)
})

/** The demo accounts of an earlier version, which left no mark. */
async function seeded(): Promise<TestApp> {
  const app = await startApp()
  const hashed = await app.passwords.hash(DEMO_PASSWORD)
  if (!hashed.ok) throw new Error(hashed.reason)
  for (const { role, name } of DEMO_PEOPLE) {
    const fields = { email: sharedEmail(role), name, role, passwordHash: hashed.value }
    await app.accounts.create({ ...fields, now: app.clock.now() })
  }
  return app
}

test('where the demo accounts are, they tell: another pepper is not believed even once', async () => {
  const app = await seeded()
  await expect(start(app, ANOTHER)).rejects.toThrow(STOPPED)
  expect(await marks(app)).toEqual([])
  expect(await start(app)).toBe(true)
  await expect(start(app, ANOTHER)).rejects.toThrow(STOPPED)
})

test('demo accounts whose passwords were changed tell nothing', async () => {
  const app = await seeded()
  for (const [index, { role }] of DEMO_PEOPLE.entries()) {
    if (index === 0) continue
    const hashed = await app.passwords.hash(`a password of its own: ${role}`)
    if (!hashed.ok) throw new Error(hashed.reason)
    await app.database.user.update({
      where: { email: sharedEmail(role) },
      data: { passwordHash: hashed.value },
    })
  }
  expect(await start(app)).toBe(true)
})

test('of instances that come first at once, with two peppers, those with one go on and those with the other stop', async () => {
  const app = await startApp()
  const peppers = Array.from({ length: 12 }, (_, index) =>
    index % 2 ? ANOTHER : app.config.pepper,
  )
  const ends = await Promise.allSettled(peppers.map(pepper => start(app, pepper)))
  const wentOn = new Set(peppers.filter((_, index) => ends[index]?.status === 'fulfilled'))
  expect(wentOn.size).toBe(1)
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(6)
  expect(await marks(app)).toHaveLength(1)
})

test('a database without the table is said to be of an earlier version, and one that is away cannot be asked', async () => {
  const bare = { AUTHSCOPE_PEPPER: ANOTHER, DATABASE_URL: await takeBareDatabase() }
  await expect(checkPepper(bare)).rejects.toThrow(
    / is of an earlier version: run `npm run migrate`, then retry\.$/,
  )
  const away = 'postgresql://authscope@127.0.0.1:1/postgres'
  expect(await checkPepper({ ...bare, DATABASE_URL: away })).toBe(false)
})

test('the demo accounts are not written with another pepper', async () => {
  const app = await startApp()
  const seed = (AUTHSCOPE_PEPPER: string) => {
    const { databaseUrl: DATABASE_URL } = app.config
    const own = {
      AUTHSCOPE_SECRET: `${ANOTHER} secret`,
      AUTHSCOPE_PEPPER,
      DATABASE_URL,
      AUTHSCOPE_DEMO: '1',
    }
    const env = { ...process.env, ...own, AUTHSCOPE_BCRYPT_COST: '10' }
    return spawnSync(process.execPath, [SEED], { env, encoding: 'utf8' })
  }
  expect(await start(app)).toBe(true)
  const refused = seed(ANOTHER)
  expect([refused.status, refused.stderr.trim()]).toEqual([1, expect.stringMatching(STOPPED)])
  expect(await app.database.user.count()).toBe(0)
  expect(seed(app.config.pepper).status).toBe(0)
  expect(await app.database.user.count()).toBe(3)
})
