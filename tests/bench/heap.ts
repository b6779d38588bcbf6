import { createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import { createHandle } from '../../lib/random.ts'
import { sessionOf } from './records.ts'

// What sessions in memory take: with `--expose-gc`, in a process of its own. Says the bytes of the
// heap that so many take, each of another account.
const SESSIONS = 20_000

const app = createApp(readConfig(process.env))
const heap = () => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
const now = app.clock.now()
const sign = async (count: number) => {
  for (let n = 0; n < count; n += 1) await app.sessions.create(sessionOf(createHandle(), now))
}
// The code and the table of the first ones are there before.
await sign(SESSIONS)
const before = heap()
await sign(SESSIONS)
const bytes = heap() - before
await app.close()
process.stdout.write(JSON.stringify({ rows: SESSIONS, bytes }))
