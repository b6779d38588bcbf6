import { PASSWORD } from '../fixtures/process.ts'
import type { Fact, Ledger } from './ledger.ts'
import type { Answer, Init, Server } from './server.ts'

/**
 * How long an access token is good by any clock, in milliseconds: its five minutes, less what
 * clocks may be apart and what goes by meanwhile.
 */
const SURELY_GOOD = 300_000 - 60_000

/** A credential, and whether it is good. */
export type Credential = { value: string; good: Fact }
export type SignIn =
  | { mode: 'session'; ids: Credential[] }
  | { mode: 'token'; accessTokens: Credential[]; refreshTokens: Credential[] }
export type Session = Extract<SignIn, { mode: 'session' }>
export type Token = Extract<SignIn, { mode: 'token' }>

export type Person = ReturnType<typeof createPerson>

/**
 * Somebody with an account, and everything the server has told them: each fact with the way to ask
 * for it again.
 */
export function createPerson(server: Server, ledger: Ledger, name: string, address: string) {
  const email = `${name}@test.example`
  const fact = (says: string, ask: () => Promise<boolean>): Fact => ({
    says: `${name}: ${says}`,
    isSo: false,
    ask,
  })
  const send = (target: string, init: Init, ...statuses: number[]) =>
    server.send(
      target,
      { ...init, headers: { ...init.headers, 'x-forwarded-for': address } },
      ...statuses,
    )

  async function account() {
    const { users } = (await server.asAdmin('/api/admin/users', {}, 200)).body
    return users.find((user: { email: string }) => user.email === email)
  }

  /** A password is good when it signs in; that sign-in is ended at once. */
  async function signsIn(password: string): Promise<boolean> {
    const answer = await send(
      '/api/session/sign-in',
      { method: 'POST', body: { email, password } },
      200,
      401,
    )
    if (answer.status === 401) return false
    const headers = { cookie: `__Host-session=${answer.cookies.get('__Host-session')}` }
    await send('/api/session/sign-out', { method: 'POST', headers }, 204)
    return true
  }

  const notes: { id: string; isThere: Fact }[] = []
  const passwords: { text: string; works: Fact }[] = []

  function addPassword(text = PASSWORD) {
    const password = { text, works: fact(`password ${passwords.length + 1}`, () => signsIn(text)) }
    passwords.push(password)
    return password
  }

  function addNote(id: string) {
    const isThere = fact(`note ${id}`, async () => {
      const { notes } = (await server.asAdmin('/api/notes', {}, 200)).body
      return notes.some((note: { id: string }) => note.id === id)
    })
    notes.push({ id, isThere: told(isThere) })
  }

  /** What an answer has just told is so. */
  function told(one: Fact): Fact {
    one.isSo = true
    ledger.add(one)
    return one
  }

  const signIns: SignIn[] = []
  const ask = async (headers: Record<string, string>) => send('/api/me', { headers }, 200, 401)

  /**
   * The id of a session. Asking may give it a new one, after a change of role: that one is asked
   * for from then on.
   */
  function toId(value: string): Credential {
    const credential: Credential = {
      value,
      good: fact('a session', async () => {
        const answer = await ask({
          cookie: `__Host-session=${credential.value}`,
          'auth-mode': 'session',
        })
        credential.value = renewed(answer) || credential.value
        return answer.status === 200
      }),
    }
    told(credential.good)
    return credential
  }
  const toAccessToken = (value: string): Credential => {
    const headers = { authorization: `Bearer ${value}`, 'auth-mode': 'token' }
    const good = told(fact('an access token', async () => (await ask(headers)).status === 200))
    if (server.told) good.until = server.told.now() + SURELY_GOOD
    return { value, good }
  }
  /** Looked at by a service: to use it would use it up. */
  const toRefreshToken = (value: string): Credential => ({
    value,
    good: told(
      fact('a refresh token', async () => (await server.asClient('introspect', value)).body.active),
    ),
  })

  return {
    name,
    email,
    send,
    account,
    exists: fact('the account', async () => (await account()) !== undefined),
    isEditor: fact('the role of an editor', async () => (await account())?.role === 'editor'),
    isDisabled: fact('being disabled', async () => (await account())?.disabled === true),
    passwords,
    notes,
    signIns,
    addPassword,
    addNote,
    /** Adds the sign-in, or the next credential of one, that an answer brought. */
    addSession: (answer: Answer) =>
      signIns.push({ mode: 'session', ids: [toId(renewed(answer) ?? '')] }),
    addToken(answer: Answer) {
      const accessTokens = [toAccessToken(answer.body.access_token)]
      signIns.push({
        mode: 'token',
        accessTokens,
        refreshTokens: [toRefreshToken(refreshed(answer) ?? '')],
      })
    },
    addId: (session: Session, answer: Answer) => session.ids.push(toId(renewed(answer) ?? '')),
    addAccessToken: (token: Token, answer: Answer) =>
      token.accessTokens.push(toAccessToken(answer.body.access_token)),
    addRefreshToken: (token: Token, answer: Answer) =>
      token.refreshTokens.push(toRefreshToken(refreshed(answer) ?? '')),
    /** Sends something as whoever is signed in there, with the newest credential. */
    sendAs: (signIn: SignIn, target: string, init: Init, ...statuses: number[]) =>
      send(target, { ...init, headers: init.headers ?? headersOf(signIn) }, ...statuses),
  }
}

const renewed = (answer: Answer) => answer.cookies.get('__Host-session')
const refreshed = (answer: Answer) => answer.cookies.get('__Host-refresh')

function headersOf(signIn: SignIn): Record<string, string> {
  if (signIn.mode === 'session')
    return { 'auth-mode': 'session', cookie: `__Host-session=${signIn.ids.at(-1)?.value}` }
  return {
    'auth-mode': 'token',
    authorization: `Bearer ${signIn.accessTokens.at(-1)?.value}`,
    cookie: `__Host-refresh=${signIn.refreshTokens.at(-1)?.value}`,
  }
}

/** What a request carries that brings this refresh token and nothing else. */
export const cookieOf = (refreshToken: string): Record<string, string> => ({
  'auth-mode': 'token',
  cookie: `__Host-refresh=${refreshToken}`,
})

/** Every credential of a sign-in there ever was. */
export const credentialsOf = (signIn: SignIn): Credential[] =>
  signIn.mode === 'session' ? signIn.ids : [...signIn.accessTokens, ...signIn.refreshTokens]

/** Whether it can be used to ask for something now. */
export const isLive = (signIn: SignIn): boolean =>
  (signIn.mode === 'session' ? signIn.ids : signIn.accessTokens).at(-1)?.good.isSo === true
