import { Session } from 'node:inspector'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type App, createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import { pairingCodeOf } from '../../lib/wire/channel-id.ts'
import type { StepName } from '../../lib/wire/steps.ts'
import { type Answered, cookieOf, inProcess, type Send } from '../bench/client.ts'
import {
  ADMIN,
  createProcessChannel,
  environmentOf,
  PASSWORD,
  prepare,
  temporaryFolder,
} from '../fixtures/process.ts'

/** A request, the step that decides it, and the file of its route. */
type Way = {
  name: string
  route: string
  decidedBy: StepName
  request(send: Send): Promise<Answered>
}

/** The rooms in which it is decided whether a credential is good. The others are words for it. */
const DECIDING = /^lib\/(api\/pipeline|auth\/.*|flows\/.*|context\/seal|store\/\w+-database)\.ts$/

const signInBody = { email: ADMIN, password: PASSWORD }
const signIn = (send: Send, mode: 'session' | 'token') =>
  send(`/api/${mode}/sign-in`, { method: 'POST', body: signInBody })

async function waysOf(send: Send): Promise<Way[]> {
  const session = cookieOf(await signIn(send, 'session'), '__Host-session')
  const signedIn = await signIn(send, 'token')
  const refresh = cookieOf(signedIn, '__Host-refresh')
  const authorization = `Bearer ${JSON.parse(signedIn.text).access_token}`
  const wire = `__Host-wire=${channelId}`
  const me = 'app/api/me/route.ts'
  return [
    {
      name: 'GET /api/me with a cookie',
      route: me,
      decidedBy: 'access.granted',
      request: send => send('/api/me', { headers: { cookie: `${session}; ${wire}` } }),
    },
    {
      name: 'GET /api/me with a token',
      route: me,
      decidedBy: 'access.granted',
      request: send => send('/api/me', { headers: { authorization, cookie: wire } }),
    },
    {
      name: 'POST /api/token/refresh',
      route: 'app/api/token/refresh/route.ts',
      decidedBy: 'refresh.rotated',
      request: send =>
        send('/api/token/refresh', { method: 'POST', headers: { cookie: `${refresh}; ${wire}` } }),
    },
  ]
}

const channelId = createProcessChannel()

export type Hops = { name: string; files: string[]; besides: string[] }

/**
 * For each of three requests the files of which a function ran, from its arrival to the step that
 * decides, as V8 counted: those where it is decided, and besides them all others.
 */
export async function countHops(): Promise<Hops[]> {
  const { folder, remove } = temporaryFolder()
  const environment = environmentOf(`file:${join(folder, 'hops.db')}`)
  await prepare(environment)
  const config = readConfig(environment as unknown as NodeJS.ProcessEnv)
  const app = createApp(config, { writeAudit: () => undefined })
  // Steps are told at once: what has run is counted at the moment of one.
  const { channel } = app.bus
  app.bus.channel = code => ({ ...channel(code), later: work => work() })
  try {
    const hops: Hops[] = []
    // Signed in first, so that what is made once, such as a key, is there.
    for (const way of await waysOf(inProcess(app))) hops.push(await follow(app, way))
    return hops
  } finally {
    await app.close()
    remove()
  }
}

async function follow(app: App, { name, route, decidedBy, request }: Way): Promise<Hops> {
  const coverage = startCoverage()
  let ran: string[] = []
  const listener = {
    step({ text }: { text: string }) {
      if (JSON.parse(text).name === decidedBy) ran = coverage.take()
      return true
    },
    signInEnded: () => undefined,
    moved: () => undefined,
    close: () => undefined,
  }
  const watching = app.bus.watch(pairingCodeOf(channelId), listener, null)
  coverage.reset()
  const { status } = await request(inProcess(app))
  if (typeof watching !== 'string') watching.stop()
  coverage.stop()
  if (status !== 200 || ran.length === 0) throw new Error(`${name}: ${status}, nothing decided it`)
  const files = ran.filter(file => DECIDING.test(file))
  return {
    name,
    files: [route, ...files],
    besides: ran.filter(file => !files.includes(file) && file !== route),
  }
}

/** Which files of the app had a function run since the last look. */
function startCoverage() {
  const inspector = new Session()
  inspector.connect()
  const post = (method: string, parameters: object = {}) => {
    let answer: unknown
    inspector.post(method, parameters, (error, result) => {
      if (error) throw error
      answer = result
    })
    return answer
  }
  post('Profiler.enable')
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  const take = () => {
    const { result } = post('Profiler.takePreciseCoverage') as {
      result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[]
    }
    return result
      .filter(({ functions }) =>
        functions.some(({ functionName, ranges }) => functionName !== '' && ranges[0]?.count),
      )
      .flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []))
      .map(path => relative(join(import.meta.dirname, '..', '..'), path))
      .filter(path => /^(lib|app)\//.test(path))
      .sort()
  }
  return {
    take,
    reset: () => void take(),
    stop() {
      post('Profiler.stopPreciseCoverage')
      inspector.disconnect()
    },
  }
}

export async function printHops({ json }: { json: boolean }): Promise<void> {
  const hops = await countHops()
  if (json) return console.log(JSON.stringify(hops, null, 2))
  for (const { name, files, besides } of hops) {
    console.log(`\n${name}: ${files.length} files to read, from the route to the store`)
    for (const file of files) console.log(`  ${file}`)
    console.log(`  besides, for the words: ${besides.join(', ')}`)
  }
}
