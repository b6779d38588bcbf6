import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { portion } from '../fixtures/portion.ts'
import {
  ADMIN,
  createProcessChannel,
  environmentOf,
  PASSWORD,
  prepare,
  startProcess,
  temporaryFolder,
} from '../fixtures/process.ts'
import { until } from '../fixtures/until.ts'

const BROWSERS = 25
const STREAMS = 4

async function started() {
  const { folder, remove } = temporaryFolder()
  onTestFinished(remove)
  const environment = environmentOf(`file:${join(folder, 'shutdown.db')}`)
  await prepare(environment)
  const app = await startProcess(environment)
  onTestFinished(async () => void (await app.kill()))
  return app
}

/**
 * An event stream that is open: the first event has arrived. `over` is whether it was ended in
 * order.
 */
async function openStream(origin: string, channelId: string) {
  const request = http.get(`${origin}/api/wire`, {
    headers: { cookie: `__Host-wire=${channelId}` },
    agent: false,
  })
  // Whoever goes away by himself does not mind.
  request.on('error', () => undefined)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.on('error', () => undefined)
  const over = new Promise<boolean>(resolve =>
    response.on('close', () => resolve(response.complete)),
  )
  await once(response, 'data')
  response.resume()
  return { status: response.statusCode, over, leave: () => request.destroy() }
}

const openAll = (origin: string) =>
  Promise.all(
    Array.from({ length: BROWSERS }, createProcessChannel).flatMap(channelId =>
      Array.from({ length: STREAMS }, () => openStream(origin, channelId)),
    ),
  )

const CREDENTIALS = JSON.stringify({ email: ADMIN, password: PASSWORD })

/** A sign-in that the server has begun to read: it has asked for the body, which `finish` sends. */
async function beginSignIn(origin: string) {
  const request = http.request(`${origin}/api/session/sign-in`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(CREDENTIALS),
      expect: '100-continue',
    },
    agent: false,
  })
  const answered = once(request, 'response').then(
    ([response]) => (response as http.IncomingMessage).resume().statusCode,
  )
  request.flushHeaders()
  await once(request, 'continue')
  return {
    finish() {
      request.end(CREDENTIALS)
      return answered
    },
  }
}

test('ends in order at SIGTERM with a hundred streams open, and lets every request under way finish', {
  timeout: 240_000,
}, async () => {
  const app = await started()
  const streams = await openAll(app.origin)
  expect(streams.map(({ status }) => status)).toEqual(Array(BROWSERS * STREAMS).fill(200))
  // No more than may fail at once: each counts until its password was right.
  const [hashing, reading] = await Promise.all(
    [0, 1].map(() => Promise.all(Array.from({ length: 5 }, () => beginSignIn(app.origin)))),
  )
  const answers = (hashing ?? []).map(request => request.finish())
  const ended = app.stop()
  answers.push(...(reading ?? []).map(request => request.finish()))
  expect(await Promise.all(answers)).toEqual(Array(10).fill(200))
  // In order: one that took longer than it may would have been cut off, and those requests with it.
  expect(await ended).toBe(0)
  expect(await Promise.all(streams.map(({ over }) => over))).toEqual(streams.map(() => true))
})

const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length
const memory = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

test.skipIf(!existsSync('/proc/self/fd'))(
  'browsers that come and go leave nothing behind',
  {
    timeout: 480_000,
  },
  async () => {
    const app = await started()
    const before = openFiles(app.pid)
    async function comeAndGo(times: number) {
      for (let time = 0; time < times; time += 1) {
        const streams = await openAll(app.origin)
        for (const { leave } of streams) leave()
        await Promise.all(streams.map(({ over }) => over))
        await Promise.all(
          Array.from({ length: 50 }, () =>
            fetch(`${app.origin}/api/me`).then(answer => answer.text()),
          ),
        )
      }
    }
    // So much is taken once and kept: code that is compiled, connections that are kept alive.
    await comeAndGo(portion(1, 5))
    const settled = memory(app.pid)
    await comeAndGo(portion(2, 15))
    expect(memory(app.pid) / settled).toBeLessThan(1.5)
    // Connections of `fetch` are kept alive; of the hundreds of streams none is.
    const isQuiet = async () => openFiles(app.pid) < before + 100
    await until(isQuiet)
    // Nor is there a listener to be told of what nobody watches.
    expect(app.output.text).not.toContain('MaxListenersExceededWarning')
    const again = await openAll(app.origin)
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await app.stop()).toBe(0)
  },
)

test('an app whose log nobody reads any more goes on, and ends in order', async () => {
  const app = await started()
  app.closeOutput()
  for (let count = 0; count < 5; count += 1) {
    const body = JSON.stringify({
      email: 'nobody@test.example',
      password: 'not the right password',
    })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${app.origin}/api/session/sign-in`, {
      method: 'POST',
      headers,
      body,
    })
    expect(answer.status).toBe(401)
  }
  expect(await app.stop()).toBe(0)
})
