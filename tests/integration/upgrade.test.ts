import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealData } from 'iron-session'
import { expect, onTestFinished, test } from 'vitest'
import { plusSeconds } from '../../lib/clock.ts'
import { COOKIES } from '../../lib/http/cookies.ts'
import { createHandle, createSecret, hashSecret } from '../../lib/random.ts'
import { applyMigrations } from '../../scripts/lib/migrate.ts'
import { startApp, type TestApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { momentOf, provider, runSql, takeBareDatabase } from '../fixtures/database.ts'
import { forge, serverKey } from '../fixtures/tokens.ts'

// A database of a version that went by moments, with a person in it who signed in before and after
// all sign-ins were ended.

const VERSIONS = '20261126083416_versions_in_place_of_clocks'
const MIGRATIONS = join(import.meta.dirname, '..', '..', 'prisma')

/** The migrations there were before that one. */
function olderMigrations(): string {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const from = join(MIGRATIONS, provider(), 'migrations')
  for (const name of readdirSync(from)) {
    if (name >= VERSIONS && !name.endsWith('.toml')) continue
    cpSync(join(from, name), join(folder, name), { recursive: true })
  }
  return folder
}

const ENDED_AT = new Date(Date.now() - 600_000)
const LATER = plusSeconds(new Date(), 3600)
const AT = { before: -60, 'of that moment': 0, kept: -60, after: 60 } as const
const GOES_ON = { before: false, 'of that moment': false, kept: true, after: true } as const
type When = keyof typeof AT

const secrets = () =>
  Object.fromEntries(
    Object.keys(AT).map(when => [when, { id: createSecret(), handle: createHandle() }]),
  ) as Record<When, { id: string; handle: string }>

async function oldDatabase() {
  const url = await takeBareDatabase()
  await applyMigrations({ databaseUrl: url, folder: olderMigrations() })
  const [sessions, families] = [secrets(), secrets()]
  const [ended, later, now] = [momentOf(ENDED_AT), momentOf(LATER), momentOf(new Date())]
  const account = (id: string, kept: string) =>
    `INSERT INTO "User" ("id", "email", "name", "passwordHash", "role", "createdAt", "notBefore", "sessionsEndedAt", "sessionKept")
     VALUES ('${id}', '${id}@test.example', '${id}', 'x', 'editor', ${ended}, ${ended}, ${ended}, '${kept}')`
  const rows = (Object.keys(AT) as When[]).flatMap(when => {
    const created = momentOf(plusSeconds(ENDED_AT, AT[when]))
    const [session, family] = [sessions[when], families[when]]
    return [
      `INSERT INTO "Session" ("idHash", "handle", "userId", "role", "createdAt", "lastSeenAt", "idleSeconds", "idleExpiresAt",
         "absoluteExpiresAt", "userAgent", "address")
       VALUES ('${hashSecret(session.id)}', '${session.handle}', 'with-sessions', 'editor', ${created}, ${now}, 1800, ${later}, ${later},
         'old', '192.0.2.1')`,
      `INSERT INTO "RefreshFamily" ("id", "userId", "createdAt", "lastSeenAt", "absoluteExpiresAt", "userAgent", "address",
         "currentHash", "previousHash", "rotatedAt", "generation", "idleExpiresAt")
       VALUES ('${family.handle}', 'with-tokens', ${created}, ${now}, ${later}, 'old', '192.0.2.1', '${hashSecret(family.id)}',
         '${hashSecret(`${family.id} before`)}', ${now}, 3, ${later})`,
    ]
  })
  await runSql(url, [
    account('with-sessions', sessions.kept.handle),
    account('with-tokens', families.kept.handle),
    ...rows,
    `INSERT INTO "RefreshFamily" ("id", "userId", "createdAt", "lastSeenAt", "absoluteExpiresAt", "userAgent", "address",
       "idleExpiresAt", "endedAt", "endReason")
     VALUES ('ended-by-itself', 'with-tokens', ${ended}, ${now}, ${later}, 'old', '192.0.2.1', ${later}, ${ended}, 'refresh_reused')`,
    `INSERT INTO "Note" ("id", "authorId", "title", "body", "createdAt") VALUES ('note', 'with-tokens', 'Still', 'here', ${now})`,
    `INSERT INTO "DeniedToken" ("jti", "expiresAt") VALUES ('denied', ${later})`,
  ])
  return { url, sessions, families }
}

async function withSession(app: TestApp, { id, handle }: { id: string; handle: string }) {
  const client = createClient(app)
  const sealed = { id, signInId: handle }
  client.jar.set(
    COOKIES.session,
    await sealData(sealed, { password: app.passwordsFor.session, ttl: 3600 }),
  )
  return client
}

async function withToken(app: TestApp, { id, handle }: { id: string; handle: string }) {
  const client = createClient(app)
  const sealed = { sid: handle, secret: id }
  client.jar.set(
    COOKIES.refresh,
    await sealData(sealed, { password: app.passwordsFor.refresh, ttl: 3600 }),
  )
  return client
}

test('sign-ins in the database go on over the upgrade, those that had ended do not, and access tokens are refreshed', async () => {
  const { url, sessions, families } = await oldDatabase()
  expect(await applyMigrations({ databaseUrl: url })).toContain(VERSIONS)
  const app = await startApp({ databaseUrl: url })
  const { key, kid } = await serverKey(app, 'ES256')
  const now = Math.floor(app.clock.now().getTime() / 1000)
  for (const when of Object.keys(AT) as When[]) {
    const [session, token] = [
      await withSession(app, sessions[when]),
      await withToken(app, families[when]),
    ]
    const claims = {
      iss: 'authscope',
      aud: 'authscope-api',
      sub: 'with-tokens',
      iat: now,
      exp: now + 300,
    }
    const more = { jti: createHandle(), sid: families[when].handle, role: 'editor' }
    token.accessToken = forge(
      'ES256',
      key,
      { alg: 'ES256', kid, typ: 'at+jwt' },
      { ...claims, ...more },
    )
    const me = async (client: typeof token) => (await client.send('/api/me')).status
    expect({ when, session: await me(session), token: await me(token) }).toEqual({
      when,
      session: GOES_ON[when] ? 200 : 401,
      token: 401,
    })
    const refreshed = await token.send('/api/token/refresh', { method: 'POST' })
    expect([when, refreshed.status]).toEqual([when, GOES_ON[when] ? 200 : 401])
    token.accessToken = refreshed.body.access_token ?? null
    expect([when, await me(token)]).toEqual([when, GOES_ON[when] ? 200 : 401])
  }
  // Those that go on are of one version now: the next end takes all.
  const survivor = await withSession(app, sessions.after)
  expect((await survivor.send('/api/devices')).body.devices).toHaveLength(2)
  expect((await survivor.send('/api/devices', { method: 'DELETE' })).status).toBe(204)
  expect((await (await withSession(app, sessions.kept)).send('/api/me')).status).toBe(401)
  expect(await app.database.note.count()).toBe(1)
  expect(await app.database.deniedToken.count()).toBe(1)
  const ended = await app.database.refreshFamily.findUniqueOrThrow({
    where: { id: 'ended-by-itself' },
  })
  expect(ended.endReason).toBe('refresh_reused')
})

test('each account has versions of its own afterwards, and nothing is kept that was not asked for again', async () => {
  const { url } = await oldDatabase()
  await applyMigrations({ databaseUrl: url })
  const app = await startApp({ databaseUrl: url })
  const users = await app.database.user.findMany()
  const versions = users.flatMap(({ tokenVersion, signInVersion }) => [tokenVersion, signInVersion])
  expect(new Set(versions).size).toBe(2 * users.length)
  for (const version of versions) expect(version).toMatch(/^[\w-]{16,64}$/)
  expect(users.map(({ sessionKept }) => sessionKept)).toEqual(users.map(() => null))
})
