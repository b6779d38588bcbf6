import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.mjs'
import { freePort } from '../../scripts/rig/server.ts'
import { CONFIGURATION } from '../fixtures/cluster-servers.ts'
import { portion } from '../fixtures/portion.ts'
import { until } from '../fixtures/until.ts'

type Running = {
  child: ChildProcess
  said: () => string
  ended: Promise<unknown>
  origin: string
  kept: () => string
}

/**
 * A folder for the data of one test, and a way to run the command in it. What it leaves elsewhere
 * goes with it.
 */
function takeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-command-'))
  const kept = new Set<string>()
  onTestFinished(() => {
    for (const path of [folder, ...kept]) rmSync(path, { recursive: true, force: true })
  })

  async function run(...args: string[]): Promise<Running> {
    const port = await freePort()
    const environment = { ...CONFIGURATION, PORT: String(port), AUTHSCOPE_DATA: folder, CI: '1' }
    const child = spawn(process.execPath, [inRoot('scripts', 'cluster.mjs'), ...args], {
      env: environment as unknown as NodeJS.ProcessEnv,
      stdio: 'pipe',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        text += chunk
      })
    const ended = once(child, 'close')
    const keptIn = () => /Accounts are kept in (.+)/.exec(text)?.[1] ?? ''
    await Promise.race([ended, until(() => text.includes('Stop '))])
    if (keptIn()) kept.add(keptIn())
    return { child, said: () => text, ended, origin: `http://localhost:${port}`, kept: keptIn }
  }
  return { folder, run }
}

const pidsIn = (text: string) =>
  [...text.matchAll(/app-\d .* pid (\d+)/g)].map(([, pid]) => Number(pid))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const isOpen = (origin: string) =>
  fetch(`${origin}/api/health/live`).then(
    ({ ok }) => ok,
    () => false,
  )

async function signIn(origin: string): Promise<{ status: number; cookie: string }> {
  const body = JSON.stringify({ email: 'editor@demo.example', password: 'demo: watch the wire' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${origin}/api/session/sign-in`, { method: 'POST', headers, body })
  return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

test('one command starts it all, does as it is told, and leaves nothing behind, even when it is killed', async () => {
  const { run } = takeFolder()
  const first = await run('--instances', '2')
  expect(first.said()).toContain(`Open       ${first.origin}`)
  const pids = pidsIn(first.said())
  expect(pids).toHaveLength(2)
  const { status, cookie } = await signIn(first.origin)
  expect(status).toBe(200)

  // A crash is reported, and nobody is started in its place.
  process.kill(pids[1] ?? 0, 'SIGKILL')
  await until(() => first.said().includes('app-2 was ended by SIGKILL'))
  first.child.stdin?.write('what\nrestart app-7\nrestart app-2\n')
  await until(() => first.said().includes('app-2 takes part again'))
  expect(first.said()).toContain('Say `kill app-2`, `restart app-2` or `rolling`.')
  expect(first.said()).toContain('There is no app-7: the instances are app-1, app-2.')
  const again = Number(/takes part again, pid (\d+)/.exec(first.said())?.[1])

  first.child.kill('SIGKILL')
  await first.ended
  await until(() => [pids[0] ?? 0, again].every(pid => !isAlive(pid)))
  await until(async () => !(await isOpen(first.origin)))

  // What was acknowledged is there the next time.
  const second = await run('--instances', '1', '--store', 'database')
  // A connection that was kept from the first may still be tried: that one is closed.
  const ask = () => fetch(`${second.origin}/api/me`, { headers: { cookie } })
  expect((await ask().catch(ask)).status).toBe(200)
  second.child.kill('SIGTERM')
  await second.ended
  expect([second.child.exitCode, pidsIn(second.said()).filter(isAlive)]).toEqual([0, []])
  expect(await isOpen(second.origin)).toBe(false)
}, 120_000)

test.each([
  [['--store', 'disk'], '\n--store is "disk": choose one of database, memory, redis, memcached.\n'],
  [['--instances', '12'], '\n--instances is "12": choose a number from 1 to 9.\n'],
])('what it cannot be asked for is one sentence: %o', async (args, sentence) => {
  const { child, said, ended } = await takeFolder().run(...args)
  await ended
  expect([child.exitCode, said()]).toEqual([1, sentence])
})

// `npm run soak`: an instance of its own. `tests/e2e/server.spec.ts` holds what refuses it.
test.runIf(portion(false, true))(
  'a page that points its own name here is not answered, though the gateway is in front',
  async () => {
    const { origin, child, ended, said } = await takeFolder().run(
      '--instances',
      '1',
      '--store',
      'memory',
    )
    const instance = /app-1 +(http:\S+)/.exec(said())?.[1] ?? ''
    for (const address of [origin, instance]) {
      const statuses = []
      for (const host of ['evil.example', 'localhost'])
        statuses.push(await statusWithHost(address, host))
      expect([address, statuses]).toEqual([address, [421, 401]])
    }
    child.kill('SIGINT')
    await ended
  },
)

/** `fetch` does not let anybody choose the host. */
async function statusWithHost(origin: string, host: string): Promise<number> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/api/me`, { headers: { host }, agent: false }, answer => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject).end()
  })
}
