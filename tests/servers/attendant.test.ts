import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { locate } from '../../scripts/rig/programs.ts'

const REDIS = pathToFileURL(`${import.meta.dirname}/../../scripts/rig/redis.ts`).href

/** A process that starts a Redis, says where, and then does as it is told. */
async function processWithRedis(ending: string) {
  const script = `import { startRedis } from '${REDIS}'; const { url, pause, stop } = await startRedis(); console.log(url); ${ending}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return { child, port: Number(new URL(String(line).trim()).port) }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false)).setTimeout(200, () => socket.destroy())
  })
}

async function isClosedWithin(port: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds
  while (performance.now() < deadline) {
    if (!(await isOpen(port))) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}

test.skipIf(!locate('redis')).each([
  ['is killed', 'setTimeout(() => process.kill(process.pid, "SIGKILL"), 200)'],
  ['ends and forgets it', 'setTimeout(() => process.exit(0), 200)'],
  ['runs out of work', ''],
  ['is killed while it stands still', 'await pause(); process.kill(process.pid, "SIGKILL")'],
  ['stops it', 'await stop()'],
])('a server ends with the process that started it, even if that %s', async (_, ending) => {
  const { child, port } = await processWithRedis(ending)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(await isClosedWithin(port, 5000)).toBe(true)
})
