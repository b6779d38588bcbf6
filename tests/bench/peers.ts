import { answers, LOOPBACK, startServer } from '../../scripts/rig/server.ts'
import { PASSWORD } from '../fixtures/process.ts'
import type { Credential } from './credentials.ts'
import { installPeers, PEERS } from './install-peers.ts'
import { versionOf } from './machine.ts'
import { type Asked, type Measured, measureGroup, REQUESTS, REQUESTS_QUICK } from './requests.ts'

type Peer = { name: string; cookieCache: boolean; routes: { name: string; path: string }[] }
type SignIn = (origin: string) => Promise<Credential>

const BETTER = '/api/me/better'
/** Each in a process of its own, with its own bare route. */
const SERVERS: (Peer & { signIn: SignIn })[] = [
  {
    name: 'Better Auth',
    cookieCache: false,
    signIn: signInToBetterAuth,
    routes: [{ name: 'Better Auth, sessions in SQLite', path: BETTER }],
  },
  {
    name: 'Better Auth with its cookie cache',
    cookieCache: true,
    signIn: signInToBetterAuth,
    routes: [{ name: 'Better Auth, cookie cache', path: BETTER }],
  },
  {
    name: 'next-auth',
    cookieCache: false,
    signIn: signInToNextAuth,
    routes: [
      { name: 'next-auth, getServerSession', path: '/api/me/session' },
      { name: 'next-auth, getToken', path: '/api/me/token' },
    ],
  },
]

/** The same measurement of others on the same Next: a request that asks who it is. */
export async function measurePeers(
  quick: boolean,
  say: (what: string) => void,
): Promise<Measured[]> {
  await installPeers(say)
  const all: Measured[] = []
  for (const peer of SERVERS) {
    say(`peers: ${peer.name}`)
    const server = await startServer({
      program: process.execPath,
      args: port => ['serve.js', String(port), peer.cookieCache ? '1' : '0'],
      folder: PEERS,
      isKept: true,
      toUrl: port => `http://${LOOPBACK}:${port}`,
      isReady: url => answers(url),
    })
    try {
      const headers = await peer.signIn(server.url)
      const bare = { name: `bare route, ${peer.name}`, path: '/api/health/live' }
      const asked: Asked[] = [bare, ...peer.routes].map(({ name, path }, at) => ({
        id: at === 0 ? 'bare' : path,
        ...{ name, route: path, target: null },
        request: { origin: server.url, path, headers: at === 0 ? {} : headers },
      }))
      all.push(...(await measureGroup(asked, quick ? REQUESTS_QUICK : REQUESTS)))
    } finally {
      await server.stop()
    }
  }
  return all
}

/** What was measured, by its version. */
export const peerVersions = (): Record<string, string> =>
  Object.fromEntries(
    ['better-auth', 'next-auth', 'next', 'better-sqlite3'].map(name => [
      name,
      versionOf(name, `${PEERS}/node_modules`),
    ]),
  )

/** The cookies that an answer sets, as they are sent back. */
const cookiesOf = (...answers: Response[]): string =>
  answers
    .flatMap(({ headers }) => headers.getSetCookie())
    .map(line => line.split(';')[0])
    .join('; ')

async function signInToBetterAuth(origin: string): Promise<Credential> {
  const email = `peer-${Date.now()}@bench.example`
  const answer = await fetch(`${origin}/api/better/sign-up/email`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD, name: 'Peer' }),
  })
  return { cookie: cookiesOf(answer) }
}

async function signInToNextAuth(origin: string): Promise<Credential> {
  const asked = await fetch(`${origin}/api/auth/csrf`)
  const { csrfToken } = (await asked.json()) as { csrfToken: string }
  const answer = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: 'POST',
    headers: { cookie: cookiesOf(asked) },
    body: new URLSearchParams({ csrfToken, email: 'peer@bench.example', password: PASSWORD }),
    redirect: 'manual',
  })
  return { cookie: cookiesOf(answer) }
}
