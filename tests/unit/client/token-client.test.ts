import { expect, onTestFinished, test, vi } from 'vitest'
import { createTokenClient } from '../../../lib/client/token-client.ts'
import { fakeTimeOuts } from '../../fixtures/time-outs.ts'

type Call = { path: string; authorization: string | null }

/**
 * A server reduced to what a client sees of it: one good access token at a time, and answers to
 * refreshes as they are told.
 */
function createServer() {
  const calls: Call[] = []
  /** How many calls have been answered when each is sent. */
  const answeredBefore: number[] = []
  let answered = 0
  let good = ''
  let made = 0
  let refreshAnswers: (number | 'lost')[] = []
  let isPasswordRefused = false
  const mint = () => {
    made += 1
    good = `token-${made}`
    return Response.json({ access_token: good, token_type: 'Bearer', expires_in: 300 })
  }
  const answer = async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input)
    const authorization = new Headers(init?.headers).get('authorization')
    calls.push({ path, authorization })
    answeredBefore.push(answered)
    await new Promise(resolve => setTimeout(resolve, 1))
    answered += 1
    if (path.endsWith('/sign-in')) return mint()
    if (path.endsWith('/sign-out')) return new Response(null, { status: 204 })
    if (path.endsWith('/refresh')) {
      const status = refreshAnswers.shift() ?? 200
      if (status === 'lost') throw new TypeError('the connection is gone')
      if (status === 200) return mint()
      return Response.json(
        { code: 'refused' },
        { status, headers: status === 409 ? { 'retry-after': '2' } : {} },
      )
    }
    if (path.endsWith('/password')) {
      if (!isPasswordRefused) return mint()
      isPasswordRefused = false
      return new Response(null, { status: 401 })
    }
    return authorization === `Bearer ${good}`
      ? Response.json({ ok: true })
      : new Response(null, { status: 401 })
  }
  return {
    calls,
    answeredBefore,
    fetch: answer as typeof fetch,
    expire: () => {
      good = ''
    },
    refreshWith: (...statuses: (number | 'lost')[]) => {
      refreshAnswers = statuses
    },

    refusePasswordOnce: () => {
      isPasswordRefused = true
    },
    count: (step: string) => calls.filter(({ path }) => path.endsWith(step)).length,
  }
}

async function signedIn() {
  const server = createServer()
  const client = createTokenClient({ fetch: server.fetch })
  await client.signIn({ email: 'a@test.example', password: 'b' })
  server.calls.length = 0
  return { server, client }
}

test('carries the token it got, and says which mode is meant', async () => {
  const { server, client } = await signedIn()
  expect((await client.fetch('/api/me')).status).toBe(200)
  expect(server.calls).toEqual([{ path: '/api/me', authorization: 'Bearer token-1' }])
})

test.each([
  '//evil.example/',
  '/\\evil.example/',
  '/\t/evil.example/',
  '.evil.example/',
  '@evil.example/',
  'https://evil.example/',
  '',
])('sends the token nowhere but to the API: not to %j', async path => {
  const { server, client } = await signedIn()
  await expect(client.fetch(path)).rejects.toThrow(TypeError)
  await expect(client.send(path)).rejects.toThrow(TypeError)
  expect(server.calls).toEqual([])
})

test('after a 401 refreshes once and tries once more', async () => {
  const { server, client } = await signedIn()
  server.expire()
  expect((await client.fetch('/api/me')).status).toBe(200)
  expect(server.calls.map(({ path }) => path)).toEqual(['/api/me', '/api/token/refresh', '/api/me'])
})

test('however many calls meet an expired token, one refresh is made for all', async () => {
  const { server, client } = await signedIn()
  server.expire()
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.fetch('/api/notes')))
  expect(answers.map(answer => answer.status)).toEqual(Array(20).fill(200))
  expect(server.count('/refresh')).toBe(1)
})

test('a call that is refused after another has brought the next token goes with that, and refreshes nothing', async () => {
  const { server } = await signedIn()
  const { fetch } = server
  let isLate = true
  const shared = createTokenClient({
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      // The first answer is on its way for so long that everything else is over.
      if (!isLate || String(input).endsWith('/sign-in')) return response
      isLate = false
      await shared.fetch('/api/notes')
      return response
    },
  })
  await shared.signIn({ email: 'a@test.example', password: 'b' })
  server.expire()
  server.calls.length = 0
  expect((await shared.fetch('/api/me')).status).toBe(200)
  expect(server.count('/refresh')).toBe(1)
})

test('never loops: a call that is refused whatever token it brings is answered with the refusal', async () => {
  const { server, client } = await signedIn()
  server.expire()
  const { fetch } = server
  const stubborn = createTokenClient({
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      server.expire()
      return response
    },
  })
  server.calls.length = 0
  expect((await stubborn.fetch('/api/me')).status).toBe(401)
  expect(server.calls).toHaveLength(5)
  expect(stubborn.hasEnded()).toBe(false)
  server.refreshWith(401)
  server.calls.length = 0
  expect((await client.fetch('/api/me')).status).toBe(401)
  expect(server.calls).toHaveLength(2)
  expect(client.hasEnded()).toBe(true)
})

/** What is promised, once the time has gone by that the server takes for its answers. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(100)
  return promise
}

function withFakeTime() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
}

test('the loser of a race waits as long as it is told, says so, and asks once more', async () => {
  withFakeTime()
  const server = createServer()
  const waits: (number | null)[] = []
  const client = createTokenClient({
    fetch: server.fetch,
    onWait: seconds => void waits.push(seconds),
  })
  server.refreshWith(409)
  const won = client.refresh()
  await vi.advanceTimersByTimeAsync(2000)
  expect([server.count('/refresh'), waits]).toEqual([1, [2]])
  await vi.advanceTimersByTimeAsync(2)
  expect([server.count('/refresh'), waits]).toEqual([2, [2, null]])
  expect((await won).status).toBe(200)

  server.calls.length = 0
  server.refreshWith(409, 409, 200)
  const lost = client.refresh()
  await vi.advanceTimersByTimeAsync(10_000)
  expect([(await lost).status, server.count('/refresh'), client.hasEnded()]).toEqual([
    409,
    2,
    false,
  ])
})

test('a refresh whose answer gets lost is made again, after the race is over where the server saw the first', async () => {
  withFakeTime()
  const server = createServer()
  const client = createTokenClient({ fetch: server.fetch })
  server.refreshWith('lost', 409, 200)
  const refreshed = client.refresh()
  await vi.advanceTimersByTimeAsync(10_000)
  expect([(await refreshed).status, server.count('/refresh'), client.holdsToken()]).toEqual([
    200,
    3,
    true,
  ])
})

/** Web Locks of one browser, reduced to one lock. */
function withLocks() {
  let last = Promise.resolve()
  const request = (_: string, __: object, work: () => Promise<unknown>) => {
    const mine = last.then(work)
    last = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }
  vi.stubGlobal('navigator', { locks: { request } })
  onTestFinished(() => void vi.unstubAllGlobals())
}

test('no tab refreshes while another changes the password: it waits, and uses the cookie from after it', async () => {
  withLocks()
  const { server, client } = await signedIn()
  const other = createTokenClient({ fetch: server.fetch })
  const changed = client.changePassword({ current: 'a', next: 'b' })
  const refreshed = [client.refresh(), other.refresh()]
  expect((await changed).status).toBe(200)
  for (const one of refreshed) expect((await one).status).toBe(200)
  expect(server.calls.map(({ path }) => path)).toEqual([
    '/api/me/password',
    '/api/token/refresh',
    '/api/token/refresh',
  ])
  // After the sign-in, one after the other.
  expect(server.answeredBefore.slice(-3)).toEqual([1, 2, 3])
})

test('a change of password with a token that is refused waits for nobody but its refresh', async () => {
  withLocks()
  const { server, client } = await signedIn()
  server.refusePasswordOnce()
  expect((await client.changePassword({ current: 'a', next: 'b' })).status).toBe(200)
  expect(server.calls.map(({ path }) => path)).toEqual([
    '/api/me/password',
    '/api/token/refresh',
    '/api/me/password',
  ])
})

test('a refresh that is not answered is given up before it is made again', async () => {
  withFakeTime()
  fakeTimeOuts()
  const under: string[] = []
  const answers = [
    () => new Promise<Response>(() => undefined),
    () => new Response(null, { status: 503 }),
  ]
  const client = createTokenClient({
    fetch: (_, init) => {
      const number = 3 - answers.length
      under.push(`${number} sent`)
      const aborted = new Promise<never>((_, reject) =>
        init?.signal?.addEventListener('abort', () => {
          under.push(`${number} aborted`)
          reject(init.signal?.reason)
        }),
      )
      return Promise.race([answers.shift()?.() ?? new Response(), aborted])
    },
  })
  const refreshed = client.refresh()
  await vi.advanceTimersByTimeAsync(7_999)
  expect(under).toEqual(['1 sent'])
  await vi.advanceTimersByTimeAsync(1)
  expect((await refreshed).status).toBe(503)
  expect(under).toEqual(['1 sent', '1 aborted', '2 sent'])
})

test('a token that is known to be over is not sent', async () => {
  withFakeTime()
  const { server, client } = await settled(signedIn())
  // The browser's clock may be put right meanwhile.
  vi.setSystemTime(Date.now() + 7_200_000)
  await vi.advanceTimersByTimeAsync(298_000)
  expect((await settled(client.fetch('/api/me'))).status).toBe(200)
  expect(server.calls.map(({ path }) => path)).toEqual(['/api/me'])
  server.calls.length = 0
  // It ends with a whole second: the last one is not relied on.
  await vi.advanceTimersByTimeAsync(1_000)
  expect((await settled(client.fetch('/api/me'))).status).toBe(200)
  expect(server.calls.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/api/token/refresh', null],
    ['/api/me', 'Bearer token-2'],
  ])
  // A refresh that is refused is the answer: there is nothing to send.
  await vi.advanceTimersByTimeAsync(300_000)
  server.calls.length = 0
  server.refreshWith(401)
  expect((await settled(client.fetch('/api/me'))).status).toBe(401)
  expect([server.calls.map(({ path }) => path), client.hasEnded()]).toEqual([
    ['/api/token/refresh'],
    true,
  ])
})

test('a token that is over between its refresh and its use is renewed again, and nobody is signed out', async () => {
  const { server } = await signedIn()
  server.expire()
  let late = 1
  const slow = createTokenClient({
    store: heldToken(),
    fetch: async (input, init) => {
      const response = await server.fetch(input, init)
      // The machine sleeps after the refresh, and the token is over when it wakes.
      if (String(input).endsWith('/refresh') && late-- > 0) server.expire()
      return response
    },
  })
  expect((await slow.fetch('/api/me')).status).toBe(200)
  expect([server.count('/me'), server.count('/refresh'), slow.hasEnded()]).toEqual([3, 2, false])
})

test('a refresh that is not answered for now is what a call is answered with, and no end', async () => {
  const { server, client } = await signedIn()
  server.expire()
  server.refreshWith(503)
  expect((await client.fetch('/api/me')).status).toBe(503)
  expect([client.hasEnded(), client.holdsToken()]).toEqual([false, true])
})

test('a change of password brings the token that is kept from then on', async () => {
  const { server, client } = await signedIn()
  expect((await client.changePassword({ current: 'a', next: 'b' })).status).toBe(200)
  expect((await client.fetch('/api/me')).status).toBe(200)
  expect(server.calls.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/api/me/password', 'Bearer token-1'],
    ['/api/me', 'Bearer token-2'],
  ])
})

test('what a refresh brings after a sign-out is not kept', async () => {
  const { server, client } = await signedIn()
  const [refreshed] = await Promise.all([client.refresh(), client.signOut()])
  expect(refreshed.status).toBe(200)
  expect(client.holdsToken()).toBe(false)
  expect(server.count('/sign-out')).toBe(1)
})

test('signing out reaches the other tabs, and a server that cannot be asked ends nothing', async () => {
  const server = createServer()
  const told: string[] = []
  const tabs = ['one', 'two'].map(name =>
    createTokenClient({ fetch: server.fetch, onSignedOutElsewhere: () => void told.push(name) }),
  )
  const stops = tabs.map(tab => tab.watchTabs())
  onTestFinished(() => {
    for (const stop of stops) stop()
  })
  const [one, two] = tabs as [(typeof tabs)[0], (typeof tabs)[0]]
  for (const tab of tabs) await tab.signIn({ email: 'a@test.example', password: 'b' })
  await one.signOut()
  await expect.poll(() => told).toEqual(['two'])
  expect([one.holdsToken(), two.holdsToken()]).toEqual([false, false])

  const failing = createTokenClient({
    fetch: async () => new Response(null, { status: 503 }),
    store: heldToken(),
  })
  expect((await failing.signOut()).status).toBe(503)
  expect(failing.holdsToken()).toBe(true)
})

const heldToken = () => {
  let held: string | null = 'token'
  return {
    get: () => held,
    isOver: () => false,
    keep: (next: string) => {
      held = next
    },
    drop: () => {
      held = null
    },
  }
}

test('a network that fails rejects, and a refresh that cannot be made leaves the refusal', async () => {
  const offline = createTokenClient({ fetch: () => Promise.reject(new TypeError('failed')) })
  await expect(offline.fetch('/api/me')).rejects.toThrow(TypeError)
  const halfway = createTokenClient({
    fetch: async input => {
      if (String(input).endsWith('/refresh')) throw new TypeError('failed')
      return new Response(null, { status: 401 })
    },
  })
  expect((await halfway.fetch('/api/me')).status).toBe(401)
})
