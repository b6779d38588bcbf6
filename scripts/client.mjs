import { parseArgs } from 'node:util'
import { main, Stop } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

const USAGE = `npm run client -- [--api http://localhost:3000] [--email …] [--audience authscope-reports] [--wire <pairing code>]

The password is read from AUTHSCOPE_PASSWORD. Without it and --email, the demo editor signs in.`
const DEMO = { email: 'editor@demo.example', password: 'demo: watch the wire' }

// `npm run client`: a client that is no browser does the whole journey with a token. Access needs
// no cookie: the token is all it sends. The refresh token travels in a cookie, which this program
// keeps as any HTTP client can, and sends to one address alone.
await main(async () => {
  if (!(await onOwnNode())) return
  const { createMemoryStore, createTokenClient } = await import('../lib/client/token-client.ts')
  const { api, audience, wire, ...credentials } = readArguments()
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
  const copy = store.get()
  await client.signOut()
  store.keep(copy, 60)
  const after = await client.send('/api/me')
  if (after.status !== 401)
    throw new Stop(`Signed out, and a copy of the token still gets ${after.status}.`)
  console.log('Signed out: a copy of the token opens nothing any more.')
})

function readArguments() {
  const text = { type: 'string' }
  try {
    const { values } = parseArgs({
      options: { api: text, email: text, audience: text, wire: text, help: { type: 'boolean' } },
    })
    if (values.help) {
      console.log(USAGE)
      process.exit(0)
    }
    const { email = DEMO.email, api = 'http://localhost:3000', ...more } = values
    const password = process.env.AUTHSCOPE_PASSWORD ?? (values.email ? undefined : DEMO.password)
    if (password === undefined)
      throw new Stop('Set AUTHSCOPE_PASSWORD to the password of that account.')
    return { api: api.replace(/\/$/, ''), email, password, ...more }
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(`${error.message}\n\n${USAGE}`)
  }
}

function withJson(body) {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  }
}

/** `fetch`, with the refresh cookie kept and sent to where it is meant for. */
function withRefreshCookie(pairingCode) {
  let cookie = ''
  return async (url, init) => {
    const headers = new Headers(init.headers)
    const isForCookies = /\/api\/token\/(refresh|sign-out)$/.test(url)
    if (cookie && isForCookies) headers.set('Cookie', cookie)
    if (pairingCode) headers.set('Wire-Channel', pairingCode)
    const response = await fetch(url, { ...init, headers }).catch(error => {
      throw new Stop(
        `${url} cannot be reached (${error.cause?.code ?? error.message}): is the app running?`,
      )
    })
    const line = response.headers.getSetCookie().find(set => set.startsWith('__Host-refresh='))
    if (line) cookie = line.split(';')[0].endsWith('=') ? '' : line.split(';')[0]
    return response
  }
}

function print(response, { carried }) {
  const { pathname } = new URL(response.url)
  const challenge = response.headers.get('www-authenticate')
  console.log(
    `${response.status}  ${pathname.padEnd(22)} ${carried ? 'Authorization: Bearer …' : 'no token'}${challenge ? `  ← ${challenge}` : ''}`,
  )
}
