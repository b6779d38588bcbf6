import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MODES } from '../../lib/settings/settings.ts'
import { createAccount, startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { provider, runSql } from '../fixtures/database.ts'

const GUIDE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
const NAMES = { sqlite: 'SQLite', postgresql: 'PostgreSQL' }

/** What the guide says to run on this kind of database after a restore. */
function statements(): string[] {
  const [, section = ''] = GUIDE.split('### After a restore')
  const [, block = ''] =
    new RegExp(`${NAMES[provider()]}:\n\n\`\`\`sql\n([^\`]+)\`\`\``).exec(section) ?? []
  return block.split(';\n').filter(Boolean)
}

test('what the guide says to run after a restore ends every sign-in and every access token, the kept one too', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const people = []
  for (const mode of [...MODES, 'session'] as const) {
    const client = createClient(app)
    await client.signIn(mode, 'reader@test.example')
    people.push({ client, mode })
  }
  const kept = people.at(-1)?.client
  expect((await kept?.send('/api/devices', { method: 'DELETE' }))?.status).toBe(204)
  const since = createClient(app)
  await since.signIn('token', 'reader@test.example')
  people.push({ client: since, mode: 'token' as const })
  expect((await since.send('/api/me')).status).toBe(200)
  expect((await kept?.send('/api/me'))?.status).toBe(200)

  expect(statements()).toHaveLength(2)
  await runSql(app.config.databaseUrl, statements())
  for (const { client, mode } of people) {
    expect((await client.send('/api/me', { headers: { 'auth-mode': mode } })).status).toBe(401)
    expect((await client.send(`/api/${mode}/refresh`, { method: 'POST' })).status).toBe(401)
  }
  const users = await app.database.user.findMany()
  for (const { tokenVersion, signInVersion, sessionKept } of users) {
    expect([tokenVersion, signInVersion].map(version => /^[\w-]{16,64}$/.test(version))).toEqual([
      true,
      true,
    ])
    expect(sessionKept).toBeNull()
  }
  const again = createClient(app)
  expect((await again.signIn('token', 'reader@test.example')).status).toBe(200)
  expect((await again.send('/api/devices')).body.devices).toHaveLength(1)
})
