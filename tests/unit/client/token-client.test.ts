import { expect, onTestFinished, test, vi } from 'vitest'
import { createTokenClient } from '../../../lib/client/token-client.ts'

type Call = { path: string; authorization: string | null }

/** A server reduced to what a client sees of it: one good access token at a time, and answers to refreshes as they are told. */
function createServer() {
  const calls: Call[] = []
  let good = ''
  let made = 0
  let refreshAnswers: number[] = []
  const mint = () => {
    made += 1
    good = `token-${made}`
    return Response.json({ access_token: good, token_type: 'Bearer', expires_in: 300 })
  }
  const answer = async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input)
    const authorization = new Headers(init?.headers).get('authorization')
    calls.push({ path, authorization })
    await new Promise(resolve => setTimeout(resolve, 1))
    if (path.endsWith('/sign-in')) return mint()
    if (path.endsWith('/sign-out')) return new Response(null, { status: 204 })
    if (path.endsWith('/refresh')) {
      const status = refreshAnswers.shift() ?? 200
      return status === 200 ? mint() : Response.json({ code: 'refused' }, { status })
    }
    return authorization === `Bearer ${good}` ? Response.json({ ok: true }) : new Response(null, { status: 401 })
  }
  return {
    calls,
    fetch: answer as typeof fetch,
    expire: () => {
      good = ''
    },
    refreshWith: (...statuses: number[]) => {
      refreshAnswers = statuses
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

test('never loops: a call that is refused twice is answered with the refusal', async () => {
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
  expect(server.calls).toHaveLength(3)
  server.refreshWith(401)
  server.calls.length = 0
  expect((await client.fetch('/api/me')).status).toBe(401)
  expect(server.calls).toHaveLength(2)
})

test('the loser of a race waits for the cookie of the winner, a few times at most', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 })
  onTestFinished(() => void vi.useRealTimers())
  const { server, client } = await signedIn()
  server.refreshWith(409, 409)
  expect((await client.refresh()).status).toBe(200)
  expect(server.count('/refresh')).toBe(3)
  server.calls.length = 0
  server.refreshWith(409, 409, 409, 409, 409, 409)
  expect((await client.refresh()).status).toBe(409)
  expect(server.count('/refresh')).toBe(4)
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

  const failing = createTokenClient({ fetch: async () => new Response(null, { status: 503 }), store: heldToken() })
  expect((await failing.signOut()).status).toBe(503)
  expect(failing.holdsToken()).toBe(true)
})

const heldToken = () => {
  let held: string | null = 'token'
  return {
    get: () => held,
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
