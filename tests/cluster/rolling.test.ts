import { expect, test } from 'vitest'
import { MODES } from '../../lib/settings/settings.ts'
import { NAMES, sharedCluster } from '../fixtures/cluster.ts'
import { type Browser, createBrowser } from '../fixtures/cluster-browser.ts'
import { until } from '../fixtures/until.ts'

const cluster = sharedCluster()

/** A bound, should the restart never end. */
const MOST_REQUESTS = 20_000
const BROWSERS_OF_A_MODE = 4
/** In milliseconds: without it, those who ask leave no processor to those who start. */
const BETWEEN_REQUESTS = 25

/**
 * Reads, writes and now and then renews what it signs in with, until it is told to stop. Returns
 * how often each was answered how.
 */
async function work(browser: Browser, mode: 'session' | 'token', isOver: () => boolean) {
  const counts: Record<string, number> = {}
  const send = async (method: string, target: string, body?: unknown) => {
    const failed = (error: Error) => ({ status: String(error.cause ?? error), body: null })
    const answer = await browser.send(target, { method, body }).catch(failed)
    const key = `${method} ${target} ${answer.status}`
    counts[key] = (counts[key] ?? 0) + 1
    return answer
  }
  for (let number = 1; number < MOST_REQUESTS && !isOver(); number += 1) {
    await send('GET', '/api/me')
    await new Promise(resolve => setTimeout(resolve, BETWEEN_REQUESTS))
    if (number % 3 === 0)
      await send('POST', '/api/notes', { title: 'Under way', body: 'While instances come and go' })
    if (number % 20 !== 0) continue
    const { body } = await send('POST', `/api/${mode}/refresh`)
    if (mode === 'token') browser.accessToken = body?.access_token ?? ''
  }
  return counts
}

test('all instances are restarted in turn while requests run, and nobody notices', async () => {
  const pids = cluster().instances.map(instance => instance.pid())
  const browsers: [Browser, 'session' | 'token'][] = []
  for (const mode of MODES)
    for (let count = 0; count < BROWSERS_OF_A_MODE; count += 1) {
      const browser = createBrowser(cluster())
      await browser.signIn(mode, 'editor@demo.example')
      browsers.push([browser, mode])
    }
  let isOver = false
  const working = browsers.map(([browser, mode]) => work(browser, mode, () => isOver))
  const restarted: string[] = []
  await cluster().rolling(name => void restarted.push(name))
  isOver = true
  const counts = await Promise.all(working)
  expect(restarted).toEqual([...NAMES])
  expect(cluster().instances.filter((instance, index) => instance.pid() === pids[index])).toEqual(
    [],
  )
  const unexpected = counts.flatMap(count =>
    Object.entries(count).filter(([key]) => !/ 20[01]$/.test(key)),
  )
  expect(unexpected).toEqual([])
  for (const count of counts) {
    expect(count['GET /api/me 200']).toBeGreaterThan(20)
    expect(count['POST /api/notes 201']).toBeGreaterThan(5)
  }
}, 120_000)

test('an instance that is about to stop says so, answers what it is asked directly, and sends the gateway elsewhere', async () => {
  const leaving = cluster().find('app-2')
  const browser = createBrowser(cluster())
  await browser.signIn('session', 'reader@demo.example')
  const isGone = leaving.down()
  await until(async () => (await browser.send('/api/health/ready', { at: 'app-2' })).status === 503)
  expect((await browser.send('/api/me', { at: 'app-2' })).status).toBe(200)
  expect((await browser.send('/api/session/refresh', { method: 'POST', at: 'app-2' })).status).toBe(
    200,
  )
  for (let count = 0; count < 30; count += 1) {
    const answer = await browser.send('/api/me')
    expect([answer.status, answer.instance === 'app-2']).toEqual([200, false])
  }
  await isGone
  await leaving.up()
})
