import { afterAll, beforeAll, expect, test } from 'vitest'
import { installApp } from '../../lib/app.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { createAccount, startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { detailOf, namesOf } from '../fixtures/steps.ts'
import { until } from '../fixtures/until.ts'

let server: Server | undefined
beforeAll(async () => {
  if (locate('redis')) server = await startRedis()
})
afterAll(() => server?.stop())

test.skipIf(!locate('redis'))(
  'a browser sees what happens on the other instance, and is told there of its end',
  async () => {
    const shared = { redisUrl: server?.url ?? '', sessionStore: 'redis' as const }
    const one = await startApp(shared)
    const reader = await createAccount(one, 'reader')
    await createAccount(one, 'admin')
    const two = await startApp({
      ...shared,
      databaseUrl: one.config.databaseUrl,
      instance: 'test-2',
    })
    // The stream is on the first instance, the requests are answered by the second.
    const [browser, admin] = [createClient(one), createClient(two)]
    await until(() => two.bus.channel(browser.pairingCode).isWatched())
    await browser.signIn('session', 'reader@test.example')
    await until(() => namesOf(browser.steps).includes('response.sent'))
    expect(detailOf(browser.steps, 'request.received').instance).toBe('test-2')
    expect(namesOf(browser.steps)).toContain('session.created')
    expect(namesOf(admin.steps)).toEqual([])

    // And what one instance has made another accepts, ends, and the first then refuses.
    installApp(one)
    expect((await browser.send('/api/me')).status).toBe(200)
    installApp(two)
    await admin.signIn('session', 'admin@test.example')
    await admin.send(`/api/admin/users/${reader.id}`, { method: 'PATCH', body: { disabled: true } })
    await until(() => browser.isClosed())
    expect(browser.notices).toEqual([{ mode: 'session', because: 'account_disabled' }])
    installApp(one)
    expect((await browser.send('/api/me')).status).toBe(401)
  },
)
