import { describe, expect, test } from 'vitest'
import { NAMES, type Store, withCluster } from '../fixtures/cluster.ts'
import { ask, createBrowser, createSignedIn } from '../fixtures/cluster-browser.ts'
import { portion } from '../fixtures/portion.ts'

const ALL = [...NAMES]

describe('memory, in turn', () => {
  const cluster = withCluster({ store: 'memory', redis: false })

  test('a sign-in is lost on every instance but its own: about two requests of three are refused', async () => {
    const browser = createBrowser(cluster())
    const { instance } = await browser.signIn('session', 'reader@demo.example')
    const seen = await ask(browser, 60)
    expect(seen.statuses.sort()).toEqual([200, 401])
    expect(seen.instances).toEqual(ALL)
    expect(seen.refused).toBeGreaterThan(seen.served)
    expect(seen.served).toBeGreaterThan(0)
    // Who serves it is who made it, and nobody else ever.
    for (const at of NAMES)
      expect([at, (await browser.send('/api/me', { at })).status]).toEqual([
        at,
        at === instance ? 200 : 401,
      ])
  })

  test('a token is served by every instance, with nothing shared but the keys', async () => {
    const browser = createBrowser(cluster())
    await browser.signIn('token', 'reader@demo.example')
    expect(await ask(browser, 60)).toMatchObject({ served: 60, instances: ALL })
  })

  test('an instance that starts later serves the token too, and knows no session from before', async () => {
    const later = cluster().find('app-3')
    await later.down()
    const [token, session] = [createBrowser(cluster()), createBrowser(cluster())]
    await token.signIn('token', 'reader@demo.example', 'app-1')
    await session.signIn('session', 'reader@demo.example', 'app-1')
    await later.up()
    expect((await token.send('/api/me', { at: 'app-3' })).status).toBe(200)
    expect((await session.send('/api/me', { at: 'app-3' })).status).toBe(401)
    expect((await session.send('/api/me', { at: 'app-1' })).status).toBe(200)
  })

  test('a key that one instance has made is known to the others by the first token it signed', async () => {
    const browser = createBrowser(cluster())
    await browser.send('/api/settings', {
      method: 'PATCH',
      body: { mode: 'token', algorithm: 'EdDSA' },
      at: 'app-1',
    })
    await browser.signIn('token', 'reader@demo.example', 'app-1')
    for (const at of NAMES)
      expect([at, (await browser.send('/api/me', { at })).status]).toEqual([at, 200])
  })
})

// `npm run soak`: instances of its own for one test.
describe.runIf(portion(false, true))('memory, each browser with one instance', () => {
  const cluster = withCluster({ store: 'memory', balance: 'sticky', redis: false })

  test('a sign-in is kept, until the instance that has it is gone', async () => {
    const browsers = Array.from({ length: 6 }, () => createBrowser(cluster()))
    for (const browser of browsers) await browser.signIn('session', 'reader@demo.example')
    const seen = await Promise.all(browsers.map(browser => ask(browser, 10)))
    expect(seen.map(({ served, instances }) => [served, instances.length])).toEqual(
      browsers.map(() => [10, 1]),
    )
    const home = seen.map(({ instances: [name] }) => name)
    const [gone = ''] = home
    await cluster().find(gone).kill()
    const after = await Promise.all(browsers.map(browser => ask(browser, 10)))
    expect(after.map(({ served, refused }) => [served, refused])).toEqual(
      home.map(name => (name === gone ? [0, 10] : [10, 0])),
    )
    // Nor does it come back with the instance.
    await cluster().restart(gone)
    expect((await ask(browsers[0] as (typeof browsers)[number], 3)).statuses).toEqual([401])
  })
})

/** One that all share; `npm run soak` goes to each. */
const SHARED = portion<Store[]>(['redis'], ['database', 'redis', 'memcached'])

describe.each(SHARED)('%s, in turn', store => {
  const cluster = withCluster({ store })

  test('every request is served by whichever instance, also when one of them is killed', async () => {
    const browser = createBrowser(cluster())
    await browser.signIn('session', 'reader@demo.example')
    expect(await ask(browser, 30)).toMatchObject({ served: 30, instances: ALL })
    const under = Promise.all(Array.from({ length: 4 }, () => ask(browser, 40)))
    await cluster().find('app-2').kill()
    for (const seen of await under) expect(seen.statuses).toEqual([200])
    expect(await ask(browser, 30)).toMatchObject({ served: 30, instances: ['app-1', 'app-3'] })
    await cluster().restart('app-2')
    expect(await ask(browser, 30)).toMatchObject({ served: 30, instances: ALL })
  })

  test('what is signed out at one instance is signed out at all', async () => {
    const browser = await createSignedIn(cluster(), 'session', 'app-1')
    const headers = browser.headersOf()
    expect((await browser.send('/api/me', { at: 'app-2' })).status).toBe(200)
    expect((await browser.signOut('session', 'app-3')).status).toBe(204)
    for (const at of NAMES)
      expect([at, (await browser.send('/api/me', { at, headers })).status]).toEqual([at, 401])
  })
})
