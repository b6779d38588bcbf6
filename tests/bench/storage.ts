import { execFileSync } from 'node:child_process'
import type { App } from '../../lib/app.ts'
import { createHandle } from '../../lib/random.ts'
import { inRoot } from '../../scripts/lib/paths.mjs'
import { type Counted, count, type Table } from './count.ts'
import type { Place } from './places.ts'
import { familyOf, sessionOf, VERSION } from './records.ts'
import { table, whole } from './tables.ts'

const USERS = 1000

/** What so many signed-in users take: rows or keys, and bytes with their indexes. */
export type Taken = { mode: 'session' | 'token'; place: string; users: number } & Counted

/** A thousand accounts, which are gone afterwards with all that hangs on them. */
async function withUsers(app: App, work: (ids: string[]) => Promise<Taken[]>): Promise<Taken[]> {
  const ids = Array.from({ length: USERS }, createHandle)
  const createdAt = app.clock.now()
  const data = ids.map(id => ({
    id,
    email: `${id}@storage.example`,
    name: id,
    passwordHash: '',
    role: 'reader',
    createdAt,
    tokenVersion: VERSION,
    signInVersion: VERSION,
  }))
  await app.database.user.createMany({ data })
  const taken = await work(ids)
  await app.database.user.deleteMany({ where: { email: { endsWith: '@storage.example' } } })
  return taken
}

/** Signs a thousand users in, by what a sign-in writes, and counts what is there of them. */
export async function measureStorage(apps: { app: App; place: Place }[]): Promise<Taken[]> {
  const all: Taken[] = []
  for (const { app, place } of apps) {
    const now = app.clock.now()
    const taken = async (mode: Taken['mode'], table: Table, write: () => Promise<void>) => {
      const before = await count(app, place.kind, table)
      await write()
      const after = await count(app, place.kind, table)
      const [rows, bytes] = [after.rows - before.rows, after.bytes - before.bytes]
      return { mode, place: place.name, users: USERS, rows, bytes }
    }
    if (place.kind === 'memory') {
      all.push(measureHeap(place))
      continue
    }
    const measured = await withUsers(app, async ids => {
      const session = await taken('session', 'Session', async () => {
        for (const id of ids) await app.sessions.create(sessionOf(id, now))
      })
      if (place.kind !== 'sqlite' && place.kind !== 'postgresql') return [session]
      const token = await taken('token', 'RefreshFamily', async () => {
        for (const id of ids) await app.tokens.create(familyOf(id, now))
      })
      return [session, token]
    })
    all.push(...measured)
  }
  return all
}

/** What sessions take in the process itself: what its heap has grown by. */
function measureHeap({ name, environment }: Place): Taken {
  const args = ['--expose-gc', inRoot('tests', 'bench', 'heap.ts')]
  const env = { PATH: process.env.PATH, ...environment } as unknown as NodeJS.ProcessEnv
  const { rows, bytes } = JSON.parse(
    execFileSync(process.execPath, args, { env, encoding: 'utf8' }),
  )
  return { mode: 'session', place: name, users: rows, rows, bytes }
}

export const storageTable = (all: Taken[]): string =>
  table(
    'What signed-in users take where they are kept, with indexes; memory: of the heap',
    ['mode and place', 'users', 'rows or keys', 'bytes', 'bytes each'],
    all.map(({ mode, place, users, rows, bytes }) => [
      `${mode} in ${place}`,
      ...[users, rows, bytes, bytes / users].map(whole),
    ]),
  )
