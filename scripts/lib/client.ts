import { parseArgs } from 'node:util'
import { createMemoryStore, createTokenClient } from '../../lib/client/token-client.ts'
import { codeOf } from './sentences.mjs'
import { Stop } from './stop.mjs'

const USAGE = `npm run client -- [--api http://localhost:3000] [--email …] [--audience authscope-reports] [--wire <pairing code>]

The password is read from AUTHSCOPE_PASSWORD. Without it and --email, the demo editor signs in.`
const DEMO = { email: 'editor@demo.example', password: 'demo: watch the wire' }

/**
 * A client that is no browser does the whole journey with a token. Access needs no cookie: the
 * token is all it sends. The refresh token travels in a cookie, which this program keeps as any
 * HTTP client can, and sends to one address alone.
 */
export async function client(args: string[]): Promise<void> {
  const { api, audience, wire, ...credentials } = readArguments(args)
  const store = createMemoryStore()
  const client = createTokenClient({
    origin: api,
    store,
    fetch: withRefreshCookie(wire),
    onAnswer: print,
  })

  const signedIn = await client.signIn(credentials)
  if (signedIn.status !== 200) throw new Stop(`Not signed in: ${(await signedIn.json()).title}`)
  await client.fetch('/api/me')
  await client.refresh()
  const { notes } = await (await client.fetch('/api/notes')).json()
  console.log(`      ${notes.length} notes read`)
  if (audience) await client.fetch('/api/token/exchange', withJson({ audience }))
  const copy = store.get() ?? ''
  await client.signOut()
  store.keep(copy, 60, '')
  const after = await client.send('/api/me')
  if (after.status !== 401)
    throw new Stop(`Signed out, and a copy of the token still gets ${after.status}.`)
  console.log('Signed out: a copy of the token opens nothing any more.')
}

function readArguments(args: string[]) {
  const { email, api = 'http://localhost:3000', help, ...more } = parse(args)
  if (help) {
    console.log(USAGE)
    process.exit(0)
  }
  const password = process.env.AUTHSCOPE_PASSWORD ?? (email ? undefined : DEMO.password)
  if (password === undefined)
    throw new Stop('Set AUTHSCOPE_PASSWORD to the password of that account.')
  return { api: api.replace(/\/$/, ''), email: email ?? DEMO.email, password, ...more }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const help = { type: 'boolean' } as const
  try {
    const options = { api: text, email: text, audience: text, wire: text, help }
    return parseArgs({ args, options }).values
  } catch (error) {
    throw error instanceof Error ? new Stop(`${error.message}\n\n${USAGE}`) : error
  }
}

function withJson(body: object): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  }
}

/** `fetch`, with the refresh cookie kept and sent to where it is meant for. */
function withRefreshCookie(pairingCode: string | undefined): typeof fetch {
  let cookie = ''
  return async (input, init) => {
    const { url } = new Request(input)
    const headers = new Headers(init?.headers)
    const isForCookies = /\/api\/token\/(refresh|sign-out)$/.test(url)
    if (cookie && isForCookies) headers.set('Cookie', cookie)
    if (pairingCode) headers.set('Wire-Channel', pairingCode)
    const response = await fetch(url, { ...init, headers }).catch(error => {
      const why = codeOf(error.cause) || error.message
      throw new Stop(`${url} cannot be reached (${why}): is the app running?`)
    })
    const line = response.headers.getSetCookie().find(set => set.startsWith('__Host-refresh='))
    const [pair = ''] = line?.split(';') ?? []
    if (line) cookie = pair.endsWith('=') ? '' : pair
    return response
  }
}

function print(response: Response, { carried }: { carried: boolean }): void {
  const { pathname } = new URL(response.url)
  const challenge = response.headers.get('www-authenticate')
  const sent = carried ? 'Authorization: Bearer …' : 'no token'
  const asked = challenge ? `  ← ${challenge}` : ''
  console.log(`${response.status}  ${pathname.padEnd(22)} ${sent}${asked}`)
}
