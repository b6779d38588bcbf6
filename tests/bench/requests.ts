import type { App } from '../../lib/app.ts'
import { type AppProcess, startProcess } from '../fixtures/process.ts'
import { inProcess, overHttp, type Send } from './client.ts'
import {
  askWith,
  BARE,
  type Credential,
  signInWithEach,
  signInWithSession,
  signInWithToken,
} from './credentials.ts'
import { interleave, type Measured, percentilesOf, type Result, timeEach } from './measure.ts'
import type { Place } from './places.ts'

const ROUNDS = 5
/**
 * Requests of one variant in one round: one after the other for the percentiles, then some at once
 * for how many a second.
 */
const ONE_BY_ONE = 150
const AT_ONCE = { count: 150, connections: 8 }

type Side = { place: Place; send: Send }

/**
 * What is measured, wherever it is sent to: the bare route, a session in each place, tokens at the
 * app on SQLite, one on PostgreSQL.
 */
async function credentialsFor(sides: Side[]): Promise<{ send: Send; credential: Credential }[]> {
  const on = (kind: Place['kind']) => sides.find(({ place }) => place.kind === kind)
  const all: { send: Send; credential: Credential }[] = []
  const [sqlite, postgresql] = [on('sqlite'), on('postgresql')]
  if (!sqlite) throw new Error('there is no SQLite')
  all.push({ send: sqlite.send, credential: BARE })
  for (const { place, send } of sides)
    all.push({ send, credential: await signInWithSession(send, `session in ${place.name}`) })
  for (const credential of await signInWithEach(sqlite.send))
    all.push({ send: sqlite.send, credential })
  if (postgresql) {
    const choice = { algorithm: 'ES256', revocation: 'denylist' } as const
    const { send } = postgresql
    all.push({
      send,
      credential: await signInWithToken(send, 'token ES256, denylist in PostgreSQL', choice),
    })
  }
  return all
}

function toMeasured({ send, credential }: { send: Send; credential: Credential }): Measured {
  const ask = askWith(send, credential)
  return {
    name: credential.name,
    async measure() {
      const { milliseconds } = await timeEach(ask, ONE_BY_ONE)
      const { seconds } = await timeEach(ask, AT_ONCE.count, AT_ONCE.connections)
      return { ...percentilesOf(milliseconds), perSecond: AT_ONCE.count / seconds }
    },
  }
}

/** An authenticated request at the route handlers themselves. */
export async function measureInProcess(apps: { place: Place; app: App }[]): Promise<Result[]> {
  const sides = apps.map(({ place, app }) => ({ place, send: inProcess(app) }))
  return interleave((await credentialsFor(sides)).map(toMeasured), ROUNDS)
}

/**
 * The same over HTTP, each app in a process of its own; and the bytes that a request has as it is
 * sent.
 */
export async function measureOverHttp(places: Place[]) {
  const processes: { place: Place; app: AppProcess; client: ReturnType<typeof overHttp> }[] = []
  try {
    for (const place of places) {
      const app = await startProcess(place.environment)
      processes.push({ place, app, client: overHttp(app.origin) })
    }
    const all = await credentialsFor(
      processes.map(({ place, client }) => ({ place, send: client.send })),
    )
    const requests = await interleave(all.map(toMeasured), ROUNDS)
    return { requests, bytes: await measureBytes(processes[0]?.app.origin ?? '', all) }
  } finally {
    for (const { app, client } of processes) {
      client.close()
      await app.kill()
    }
  }
}

/** Bytes of one request, counted where they leave: on the wire the credential is what differs. */
async function measureBytes(origin: string, all: { credential: Credential }[]) {
  const client = overHttp(origin)
  const sent: { name: string; bytes: number; credential: number }[] = []
  for (const { credential } of all.filter(
    (_, index) => index < 2 || /^token \w+$/.test(all[index]?.credential.name ?? ''),
  )) {
    const before = client.bytesSent()
    await client.send('/api/verify', { headers: credential.headers })
    const [header] = Object.entries(credential.headers)
    // `name: value` and the end of the line.
    const length = header ? header[0].length + header[1].length + 4 : 0
    sent.push({ name: credential.name, bytes: client.bytesSent() - before, credential: length })
  }
  client.close()
  return sent
}
