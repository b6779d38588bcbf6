import { PASSWORD } from '../fixtures/process.ts'
import type { Change, Ledger } from './ledger.ts'
import {
  type Credential,
  cookieOf,
  credentialsOf,
  isLive,
  type Person,
  type Session,
  type SignIn,
  type Token,
} from './person.ts'
import type { Random } from './random.ts'
import type { Answer, Server } from './server.ts'

/** At most ten are kept by the server: none may end because there is another. */
const MOST_SIGN_INS = 6
/** The list shows the newest hundred, and has to have room for those of two rounds. */
const MOST_NOTES = 5

/**
 * How often a refresh may be told to wait before it is served: the race and what clocks may be
 * apart, four seconds at a time.
 */
const MOST_RACES = 5

const post = (body?: unknown) => ({ method: 'POST', body })
const to =
  (value: boolean) =>
  (credential: Credential): Change => [credential.good, value]
const ending = (signIns: SignIn[]): Change[] => signIns.flatMap(credentialsOf).map(to(false))

export type Operations = Record<string, () => (() => Promise<unknown>) | undefined>

/** What a person can do: each gives the operation, or nothing where it cannot be done now. */
export function operationsOf(
  person: Person,
  server: Server,
  ledger: Ledger,
  random: Random,
): Operations {
  const { name, email, send, sendAs, signIns, passwords, notes } = person
  const change = <T>(what: string, changes: Change[], work: () => Promise<T>) =>
    ledger.change(`${name}: ${what}`, changes, work)
  const exists = () => person.exists.isSo === true && person.isDisabled.isSo === false
  const live = () => (exists() ? signIns.filter(isLive) : [])
  const sessions = () => live().filter((signIn): signIn is Session => signIn.mode === 'session')
  const tokens = () => live().filter((signIn): signIn is Token => signIn.mode === 'token')
  const password = () => passwords.find(({ works }) => works.isSo)?.text ?? ''
  const mayBeLive = (signIn: SignIn) =>
    credentialsOf(signIn).some(({ good }) => good.isSo !== false)
  const hasRoom = () => exists() && signIns.filter(mayBeLive).length < MOST_SIGN_INS
  // Each that is refused counts against the account, and where time is not told that is not
  // forgotten.
  const mayTryBeside = () => server.told !== undefined && hasRoom() && password() !== ''
  const isEditor = () => person.isEditor.isSo === true
  const signIn = (mode: string) =>
    send(`/api/${mode}/sign-in`, post({ email, password: password() }), 200)
  const withOne =
    <T>(among: () => T[], work: (one: T) => Promise<unknown>) =>
    () => {
      const one = random.pick(among())
      return one && (() => work(one))
    }

  async function signUp() {
    const { text, works } = person.addPassword()
    for (const fact of [person.isEditor, person.isDisabled]) ledger.add(fact)
    const changes: Change[] = [
      [person.exists, true],
      [works, true],
    ]
    await change('signs up', changes, () =>
      send('/api/accounts', post({ email, name, password: text }), 201),
    )
  }

  async function changePassword(by: SignIn) {
    const old = passwords.find(({ works }) => works.isSo)
    const next = person.addPassword(`${PASSWORD} ${passwords.length}`)
    // The sign-in itself goes on under a new id, which nobody knows before the answer is there.
    const own = by.mode === 'session' ? by.ids.at(-1) : by.refreshTokens.at(-1)
    if (!old || !own) return
    ledger.forget(own.good)
    const others = ending(signIns.filter(one => one !== by))
    const older = by.mode === 'token' ? by.accessTokens.map(to(false)) : []
    const changes: Change[] = [[old.works, false], [next.works, true], ...others, ...older]
    const body = { current: old.text, next: next.text }
    const answer = await change('changes the password', changes, () =>
      sendAs(by, '/api/me/password', { method: 'PUT', body }, by.mode === 'session' ? 204 : 200),
    )
    own.good.isSo = false
    ledger.add(own.good)
    if (by.mode === 'session') person.addId(by, answer)
    else {
      person.addAccessToken(by, answer)
      person.addRefreshToken(by, answer)
    }
  }

  /**
   * Signs in at the same moment as something is changed that ends all sign-ins. Each that was let
   * in by the old password, or before the account was disabled, is over for good: whatever was
   * acknowledged first.
   */
  async function signInBeside(work: () => Promise<unknown>) {
    const text = password()
    const tried = ['session', 'token', 'session', 'token'].map(mode =>
      send(`/api/${mode}/sign-in`, post({ email, password: text }), 200, 401),
    )
    const [made, ...answers] = await Promise.allSettled([work(), ...tried])
    for (const settled of answers) {
      if (settled.status === 'rejected' || settled.value.status !== 200) continue
      const answer = settled.value
      const before = signIns.length
      if (answer.body.access_token) person.addToken(answer)
      else person.addSession(answer)
      for (const { good } of signIns.slice(before).flatMap(credentialsOf))
        good.isSo = made.status === 'fulfilled' ? false : null
    }
    for (const settled of [made, ...answers])
      if (settled.status === 'rejected') throw settled.reason
  }

  /**
   * The answer of a refresh gets lost; what it brought is dead from the moment at which the same is
   * asked for again.
   */
  async function loseRefresh(token: Token, pass: (seconds: number) => void) {
    const { value } = token.refreshTokens.at(-1) as Credential
    const old = token.refreshTokens.slice(-1).map(to(false))
    const ask = () =>
      sendAs(token, '/api/token/refresh', { ...post(), headers: cookieOf(value) }, 200, 409)
    // By a clock that is behind the race is not over at once.
    async function repeat() {
      for (let count = 0; count < MOST_RACES; count += 1) {
        const answer = await ask()
        if (answer.status === 200) return answer
        pass(4)
      }
      throw new Error('the race is never over')
    }
    const lost: Answer[] = []
    const answer = await change('refreshes a token, again and again', old, async () => {
      for (let count = random.between(1, 3); count > 0; count -= 1) lost.push(await repeat())
      return repeat()
    })
    for (const one of lost) {
      person.addAccessToken(token, one)
      person.addRefreshToken(token, one)
      for (const { good } of [
        token.accessTokens.at(-1),
        token.refreshTokens.at(-1),
      ] as Credential[])
        good.isSo = false
    }
    person.addAccessToken(token, answer)
    person.addRefreshToken(token, answer)
  }

  async function changeRole() {
    const isEditor = person.isEditor.isSo !== true
    const superseded = signIns.flatMap(one =>
      one.mode === 'token' ? one.accessTokens.map(to(false)) : [],
    )
    const { id } = await person.account()
    const body = { role: isEditor ? 'editor' : 'reader' }
    await change('gets another role', [[person.isEditor, isEditor], ...superseded], () =>
      server.asAdmin(`/api/admin/users/${id}`, { method: 'PATCH', body }, 200),
    )
    // The next request of a session gives it a new id. Until the answer is there, nobody knows
    // which is good.
    for (const session of sessions()) {
      const { good } = session.ids.at(-1) as Credential
      ledger.forget(good)
      await good.ask()
      ledger.add(good)
    }
  }

  async function setDisabled(disabled: boolean) {
    const { id } = await person.account()
    const works = passwords.at(-1)?.works
    const changes: Change[] = disabled
      ? [
          [person.isDisabled, true],
          ...passwords.map(({ works }): Change => [works, false]),
          ...ending(signIns),
        ]
      : [[person.isDisabled, false], ...(works ? [[works, true] as Change] : [])]
    await change(disabled ? 'is disabled' : 'is enabled', changes, () =>
      server.asAdmin(`/api/admin/users/${id}`, { method: 'PATCH', body: { disabled } }, 200),
    )
  }

  return {
    signUp: () => (passwords.length === 0 ? signUp : undefined),
    signInWithSession: () =>
      hasRoom()
        ? async () => person.addSession(await change('signs in', [], () => signIn('session')))
        : undefined,
    signInWithToken: () =>
      hasRoom()
        ? async () => person.addToken(await change('signs in', [], () => signIn('token')))
        : undefined,
    refreshSession: withOne(sessions, async session => {
      const old = session.ids.slice(-1).map(to(false))
      person.addId(
        session,
        await change('refreshes a session', old, () =>
          sendAs(session, '/api/session/refresh', post(), 200),
        ),
      )
    }),
    refreshToken: withOne(tokens, async token => {
      const old = token.refreshTokens.slice(-1).map(to(false))
      const answer = await change('refreshes a token', old, () =>
        sendAs(token, '/api/token/refresh', post(), 200),
      )
      person.addAccessToken(token, answer)
      person.addRefreshToken(token, answer)
    }),
    signOut: withOne(live, one =>
      change('signs out', ending([one]), () =>
        sendAs(one, `/api/${one.mode}/sign-out`, post(), 204),
      ),
    ),
    endDevice: withOne(live, async one => {
      const by = random.pick(live().filter(other => other !== one))
      const { devices } = (await sendAs(one, '/api/devices', {}, 200)).body
      const { id } = devices.find((device: { current: boolean }) => device.current)
      if (by)
        await change('ends a device', ending([one]), () =>
          sendAs(by, `/api/devices/${id}`, { method: 'DELETE' }, 204),
        )
    }),
    endOtherDevices: withOne(live, one =>
      change('ends all other devices', ending(signIns.filter(other => other !== one)), () =>
        sendAs(one, '/api/devices', { method: 'DELETE' }, 204),
      ),
    ),
    changePassword: withOne(() => (passwords.length < 3 ? live() : []), changePassword),
    revokeFamily: withOne(tokens, token =>
      change('has a refresh token revoked', ending([token]), () =>
        server.asClient('revoke', token.refreshTokens.at(-1)?.value ?? ''),
      ),
    ),
    denyToken: withOne(tokens, token =>
      change('has an access token denied', token.accessTokens.slice(-1).map(to(false)), () =>
        server.asClient('revoke', token.accessTokens.at(-1)?.value ?? ''),
      ),
    ),
    writeNote: withOne(
      () => (isEditor() && notes.length < MOST_NOTES ? live() : []),
      async one => {
        const written = () =>
          sendAs(one, '/api/notes', post({ title: name, body: 'Written before a crash.' }), 201)
        person.addNote((await change('writes a note', [], written)).body.note.id)
      },
    ),
    deleteNote: withOne(
      () => (isEditor() ? notes.filter(({ isThere }) => isThere.isSo) : []),
      async ({ id, isThere }) => {
        const by = random.pick(live())
        const method = 'DELETE'
        if (by)
          await change('deletes a note', [[isThere, false]], () =>
            sendAs(by, `/api/notes/${id}`, { method }, 204),
          )
      },
    ),
    changeRole: () => (exists() ? changeRole : undefined),
    loseRefresh: withOne(
      () => (server.told ? tokens() : []),
      token => loseRefresh(token, server.told?.pass ?? (() => undefined)),
    ),
    // Now and then: there is little that a disabled person can do.
    disable: () => (exists() && random.between(1, 5) === 1 ? () => setDisabled(true) : undefined),
    enable: () => (person.isDisabled.isSo ? () => setDisabled(false) : undefined),
    disableBesideSignIns: () =>
      mayTryBeside() && random.between(1, 5) === 1
        ? () => signInBeside(() => setDisabled(true))
        : undefined,
    changePasswordBesideSignIns: withOne(
      () => (mayTryBeside() && passwords.length < 3 && random.between(1, 3) === 1 ? live() : []),
      one => signInBeside(() => changePassword(one)),
    ),
  }
}
