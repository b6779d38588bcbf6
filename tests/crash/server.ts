import { ADMIN, CLIENT, PASSWORD, prepare, startProcess } from '../fixtures/process.ts'
import {
  type Answer,
  basicOf,
  type Init,
  insist,
  type Server,
  toAnswer,
  toRequest,
} from '../walk/server.ts'

/** The server was killed before it answered. */
export class Killed extends Error {}

/**
 * A migrated database with one admin, and the app as a process in front of it, which can be killed
 * and started again.
 */
export async function startServer(environment: Record<string, string>) {
  await prepare(environment)
  let app = await startProcess(environment)
  let isKilled = false

  async function send(target: string, init: Init, ...statuses: number[]): Promise<Answer> {
    const answer = await deliver(target, init).catch(thrown => {
      throw isKilled ? new Killed() : thrown
    })
    return insist(answer, target, init, statuses)
  }

  const deliver = async (target: string, init: Init) =>
    toAnswer(await fetch(app.origin + target, toRequest(init)))

  const entered = await send(
    '/api/session/sign-in',
    { method: 'POST', body: { email: ADMIN, password: PASSWORD } },
    200,
  )
  const cookie = `__Host-session=${entered.cookies.get('__Host-session')}`
  const server: Server = {
    send,
    isKilled: () => isKilled,
    // With the one session that was begun before the first round.
    asAdmin: (target, init, ...statuses) =>
      send(target, { ...init, headers: { cookie, 'auth-mode': 'session' } }, ...statuses),
    asClient: (what, token) =>
      send(
        `/api/token/${what}`,
        { method: 'POST', form: `token=${token}`, headers: { authorization: basicOf(CLIENT) } },
        ...[200, 204],
      ),
  }
  return {
    ...server,
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
