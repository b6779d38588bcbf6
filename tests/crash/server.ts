import { ADMIN, CLIENT, PASSWORD, prepare, startProcess } from '../fixtures/process.ts'

/** The server was killed before it answered. */
export class Killed extends Error {}

export type Init = { method?: string; body?: unknown; form?: string; headers?: Record<string, string> }
// biome-ignore lint/suspicious/noExplicitAny: answers have every shape
export type Answer = { status: number; body: any; cookies: Map<string, string> }

export type Server = Awaited<ReturnType<typeof startServer>>

/** A migrated database with one admin, and the app as a process in front of it, which can be killed and started again. */
export async function startServer(environment: Record<string, string>) {
  await prepare(environment)
  let app = await startProcess(environment)
  let isKilled = false

  /** Sends a request and insists on one of these statuses. */
  async function send(target: string, init: Init, ...statuses: number[]): Promise<Answer> {
    const answer = await deliver(target, init).catch(thrown => {
      throw isKilled ? new Killed() : thrown
    })
    if (statuses.includes(answer.status)) return answer
    throw new Error(`${init.method ?? 'GET'} ${target}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }

  async function deliver(target: string, { method = 'GET', body, form, headers = {} }: Init): Promise<Answer> {
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
    const payload = form ?? (body === undefined ? undefined : JSON.stringify(body))
    const all = { ...headers, ...(payload === undefined ? {} : { 'content-type': type }) }
    const response = await fetch(app.origin + target, { method, headers: all, body: payload ?? null })
    const text = await response.text()
    const pairs = response.headers.getSetCookie().map(line => (line.split(';')[0] ?? '').split('='))
    const cookies = new Map(pairs.map(([name = '', value = '']) => [name, value]))
    return { status: response.status, body: text ? JSON.parse(text) : null, cookies }
  }

  const entered = await send(
    '/api/session/sign-in',
    { method: 'POST', body: { email: ADMIN, password: PASSWORD } },
    200,
  )
  const cookie = `__Host-session=${entered.cookies.get('__Host-session')}`
  const basic = Buffer.from(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`).toString('base64')

  return {
    send,
    isKilled: () => isKilled,
    /** As the admin, with the one session that was begun before the first round. */
    asAdmin: (target: string, init: Init, ...statuses: number[]) =>
      send(target, { ...init, headers: { cookie, 'auth-mode': 'session' } }, ...statuses),
    /** As a service with client credentials: `introspect` or `revoke`. */
    asClient: (what: string, token: string) =>
      send(
        `/api/token/${what}`,
        { method: 'POST', form: `token=${token}`, headers: { authorization: `Basic ${basic}` } },
        ...[200, 204],
      ),
    async kill() {
      isKilled = true
      await app.kill()
    },
    async start() {
      app = await startProcess(environment)
      isKilled = false
    },
    stop: () => app.kill(),
  }
}
