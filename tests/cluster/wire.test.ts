import { describe, expect, test } from 'vitest'
import { MODES } from '../../lib/settings/settings.ts'
import { NAMES, sharedCluster } from '../fixtures/cluster.ts'
import { createAccount, createBrowser, createSignedIn } from '../fixtures/cluster-browser.ts'
import { openStream } from '../fixtures/cluster-stream.ts'
import { until } from '../fixtures/until.ts'

const cluster = sharedCluster()

test('a stream at one instance gets the steps of requests that any instance served, each once and in order', async () => {
  const browser = createBrowser(cluster())
  const stream = await openStream(browser, 'app-1')
  expect(stream.instance()).toBe('app-1')
  for (const at of NAMES) await browser.send('/api/me', { at })
  await until(() => stream.names().filter(name => name === 'response.sent').length === NAMES.length)
  const received = stream.steps().filter(({ name }) => name === 'request.received')
  expect(received.map(({ detail }) => detail.instance)).toEqual([...NAMES])
  const ids = stream.steps().map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('a page that comes back at another instance reads on where it was', async () => {
  const browser = createBrowser(cluster())
  const before = await openStream(browser, 'app-1')
  await browser.send('/api/me', { at: 'app-2' })
  await until(() => before.names().includes('response.sent'))
  const after = await openStream(browser, 'app-3', before.lastId())
  await browser.send('/api/verify', { at: 'app-1' })
  await until(() => after.names().includes('response.sent'))
  const targets = after
    .steps()
    .flatMap(({ name, detail }) => (name === 'request.received' ? [detail.target] : []))
  expect(targets).toEqual(['/api/verify'])
})

test('nobody sees the steps of another browser, wherever they happen', async () => {
  const [watching, other] = [createBrowser(cluster()), createBrowser(cluster())]
  const stream = await openStream(watching, 'app-1')
  await other.send('/api/me', { at: 'app-2' })
  await watching.send('/api/me', { at: 'app-3' })
  await until(() => stream.names().includes('response.sent'))
  expect(new Set(stream.steps().map(({ traceId }) => traceId)).size).toBe(1)
})

describe.each(MODES)('%s', mode => {
  test('a sign-in that one instance ends is told to the page on another, which is refused from then on', async () => {
    const { email, id } = await createAccount(cluster())
    const browser = createBrowser(cluster())
    const stream = await openStream(browser, 'app-2')
    await browser.signIn(mode, email, 'app-3')
    await until(() => stream.names().includes('response.sent'))
    const admin = createBrowser(cluster())
    await admin.signIn('session', 'admin@demo.example', 'app-1')
    const answer = await admin.send(`/api/admin/users/${id}/devices`, {
      method: 'DELETE',
      at: 'app-1',
    })
    expect(answer.status).toBeLessThan(300)
    await until(() => stream.ended().length > 0 && stream.isOver())
    expect(stream.ended()).toMatchObject([{ mode }])
    expect((await browser.send('/api/me', { at: 'app-2' })).status).toBe(401)
  })
})

test('through the gateway a page keeps its wire when the instance that had its stream goes', async () => {
  const browser = await createSignedIn(cluster(), 'session')
  const stream = await openStream(browser)
  const leaving = cluster().find(stream.instance())
  const isGone = leaving.down()
  // It ends at once, not when the instance does: the page comes back by itself, to another.
  await until(() => stream.isOver())
  const next = await openStream(browser, undefined, stream.lastId())
  expect(next.instance()).not.toBe(leaving.name)
  await browser.send('/api/me')
  await until(() => next.names().includes('response.sent'))
  await isGone
  await leaving.up()
})
