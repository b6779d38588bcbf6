import { installApp } from '../../lib/app.ts'
import { PASSWORD, type TestApp } from '../fixtures/app.ts'
import { ADMIN, CLIENT } from '../fixtures/process.ts'
import { findRoute } from '../fixtures/routes.ts'
import type { Random } from './random.ts'
import {
  type Answer,
  basicOf,
  type Init,
  insist,
  type Server,
  toAnswer,
  toRequest,
  Unanswered,
} from './server.ts'

/**
 * The apps of one walk, and which of them a clock may be read by: all whose clocks are about right,
 * and all whatever their clocks.
 */
export type Instances = {
  trusted(): TestApp[]
  all(): TestApp[]
  told: NonNullable<Server['told']>
}

/** Sends a request to one of the apps, past everything that stands in front of it. */
export async function deliver(app: TestApp, target: string, init: Init): Promise<Answer> {
  const route = await findRoute(target)
  const { method = 'GET', headers, ...rest } = toRequest(init)
  const all = {
    host: 'localhost:3000',
    'x-forwarded-for': '198.51.100.1',
    ...(headers as Record<string, string>),
  }
  const request = new Request(`http://localhost:3000${target}`, { method, headers: all, ...rest })
  // The route takes the app that is installed when it is called, before it waits for anything.
  installApp(app)
  return toAnswer(await route.call(method, request))
}

/**
 * What one person meets: apps with clocks apart, any of which may answer. What needs a right clock
 * goes to those that have one; an admin may meet any, and what is over has to be over at every one.
 */
export async function meet(instances: Instances, random: Random) {
  let askings = 0
  let anywhere = false
  const sendTo = async (apps: TestApp[], target: string, init: Init, statuses: number[]) => {
    askings += 1
    const app = random.pick(apps)
    if (!app) throw new Error('there is no app')
    // What only asks is asked again where a slow machine had no answer in time.
    const mayRepeat = (init.method ?? 'GET') === 'GET' || target.startsWith('/api/token/introspect')
    let answer = await deliver(app, target, init)
    while (answer.status === 503 && mayRepeat) answer = await deliver(app, target, init)
    return insist(answer, target, init, statuses)
  }
  const post = { method: 'POST', body: { email: ADMIN, password: PASSWORD } }
  const enter = (): Promise<Answer> =>
    sendTo(instances.trusted(), '/api/session/sign-in', post, [200]).catch(thrown => {
      if (thrown instanceof Unanswered) return enter()
      throw thrown
    })
  const entered = await enter()
  const cookie = `__Host-session=${entered.cookies.get('__Host-session')}`
  const server: Server = {
    isKilled: () => false,
    told: instances.told,
    send: (target, init, ...statuses) =>
      sendTo(anywhere ? instances.all() : instances.trusted(), target, init, statuses),
    asAdmin: (target, init, ...statuses) =>
      sendTo(
        instances.all(),
        target,
        { ...init, headers: { cookie, 'auth-mode': 'session' } },
        statuses,
      ),
    asClient: (what, token) =>
      sendTo(
        what === 'revoke' || anywhere ? instances.all() : instances.trusted(),
        `/api/token/${what}`,
        { method: 'POST', form: `token=${token}`, headers: { authorization: basicOf(CLIENT) } },
        [200, 204],
      ),
  }
  return {
    server,
    askings: () => askings,
    /** Does something for which any of the apps will do, whatever its clock. */
    async atAny<T>(work: () => Promise<T>): Promise<T> {
      anywhere = true
      return work().finally(() => {
        anywhere = false
      })
    },
  }
}
