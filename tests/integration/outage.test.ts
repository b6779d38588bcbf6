import { expect, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { MODES } from '../../lib/settings/settings.ts'
import { StoreUnavailable } from '../../lib/store/database.ts'
import { createAccount, type TestApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { ENDPOINTS, guardedIn } from '../fixtures/contract.ts'
import { ask, started, UNAVAILABLE } from '../fixtures/outage.ts'
import { breakStore } from '../fixtures/sql.ts'

test.each(MODES)(
  '%s: a store that is away is 503 on every guarded route: never 401, never let through',
  async mode => {
    const { app, clients } = await started()
    const jar = new Map(clients[mode].jar)
    const mend = breakStore()
    for (const { address, method, body } of guardedIn(mode))
      expect({ address, method, ...(await ask(clients[mode], address, method, body)) }).toEqual({
        address,
        method,
        ...UNAVAILABLE,
      })
    expect(clients[mode].jar).toEqual(jar)
    expect(app.log.join('')).toContain('"outcome":"store_unavailable"')
    mend()
    expect((await clients[mode].send('/api/me')).status).toBe(200)
  },
)

test('signing in, up and out, and refreshing, are 503 while the store is away, and leave cookies alone', async () => {
  const { clients } = await started()
  const mend = breakStore()
  const open = ENDPOINTS.filter(({ path }) => /sign-|refresh|accounts|ready/.test(path))
  expect(open).toHaveLength(8)
  for (const { path, address, method, mode = 'session', body } of open)
    expect({ path, ...(await ask(clients[mode], address, method, body)) }).toEqual({
      path,
      ...UNAVAILABLE,
    })
  mend()
  for (const mode of MODES)
    expect((await clients[mode].send(`/api/${mode}/refresh`, { method: 'POST' })).status).toBe(200)
})

test('a switch of mode that cannot end what it leaves changes nothing', async () => {
  const { clients } = await started()
  const mend = breakStore()
  expect(await ask(clients.session, '/api/settings', 'PATCH', { mode: 'token' })).toEqual(
    UNAVAILABLE,
  )
  mend()
  expect((await clients.session.send('/api/me')).status).toBe(200)
})

test('what needs no store goes on: the live endpoint, the settings, and whoever brings no credential', async () => {
  const { app, clients } = await started()
  breakStore()
  expect((await clients.session.send('/api/health/live')).status).toBe(200)
  expect((await clients.session.send('/api/settings')).status).toBe(200)
  expect((await createClient(app).send('/api/me')).status).toBe(401)
})

test('a request that fails after it has set a cookie takes it back', async () => {
  const { app, clients } = await started()
  await createAccount(app, 'admin', 'other')
  const [admin] = await app.accounts.list(null)
  await app.accounts.change(admin?.id ?? '', { role: 'editor' }, app.clock.now())
  const broken = app as TestApp
  broken.notes = { ...app.notes, list: () => Promise.reject(new StoreUnavailable()) }
  const answer = await clients.session.send('/api/notes')
  expect(answer.steps.map(step => step.name)).toContain('cookie.set')
  expect([answer.status, answer.setCookies]).toEqual([503, []])
})

test('what is no outage is 500, once, without a word of what went wrong', async () => {
  const { app, clients } = await started()
  const broken = app as TestApp
  broken.notes = { ...app.notes, list: () => Promise.reject(new TypeError('a secret detail')) }
  const written: string[] = []
  const { write } = process.stderr
  process.stderr.write = (text: string | Uint8Array) => Boolean(written.push(String(text)))
  const answer = await clients.session.send('/api/notes')
  process.stderr.write = write
  expect([answer.status, answer.body.code, answer.setCookies]).toEqual([500, 'internal', []])
  expect(JSON.stringify(answer.body) + JSON.stringify(answer.steps)).not.toContain('secret detail')
  expect(written.join('')).toContain('TypeError: a secret detail')
  expect(app.log.filter(line => line.includes('"event":"failure"'))).toHaveLength(1)
  expect(clients.session.jar.has(COOKIES.session)).toBe(true)
})
