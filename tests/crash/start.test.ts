import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  chownSync,
  constants,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.mjs'
import { portion } from '../fixtures/portion.ts'

// `npm start` and what it is made of, as processes, in a checkout that is built: with nothing in
// their environment but a data folder.

const NOBODY = 65_534
const DEMO = { email: 'editor@demo.example', password: 'demo: watch the wire' }
const ANOTHER = 'another pepper: of forty characters. 1234'

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

type Options = { environment?: Record<string, string>; uid?: number }

const toSpawn = (folder: string, { environment = {}, uid }: Options) => ({
  env: {
    PATH: process.env.PATH,
    HOME: folder,
    AUTHSCOPE_DATA: folder,
    PORT: '0',
    ...environment,
  } as unknown as NodeJS.ProcessEnv,
  ...(uid === undefined ? {} : { uid, gid: uid }),
})

/**
 * Starts a script and waits until it says that it is ready, or ends. `origin` is null where it did
 * not get ready.
 */
async function start(folder: string, options: Options = {}, script = 'start.mjs') {
  const child = spawn(process.execPath, [inRoot('scripts', script)], {
    ...toSpawn(folder, options),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const ready = new Promise<void>(resolve => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        said += chunk
        if (said.includes(' is ready on ')) resolve()
      })
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const code = await Promise.race([ready.then(() => null), ended])
  const port = /ready on http:\/\/localhost:(\d+)/.exec(said)?.[1]
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { origin: port ? `http://localhost:${port}` : null, code, said, stop }
}

/** The status of a sign-in, or null where nothing got ready. */
async function signIn(origin: string | null): Promise<number | null> {
  if (origin === null) return null
  const answer = await fetch(`${origin}/api/session/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(DEMO),
  })
  return answer.status
}

test('a second start beside the running app starts, and there is nothing to migrate', async () => {
  const folder = dataFolder()
  const first = await start(folder)
  expect([first.said, await signIn(first.origin)]).toEqual([
    expect.stringContaining('is ready on'),
    200,
  ])
  const second = await start(folder)
  expect([second.said, await signIn(second.origin)]).toEqual([
    expect.stringContaining('is ready on'),
    200,
  ])
  expect(second.origin).not.toBe(first.origin)
  const migrated = spawnSync(process.execPath, [inRoot('scripts', 'migrate.mjs')], {
    ...toSpawn(folder, {}),
    encoding: 'utf8',
  })
  expect([migrated.stdout, migrated.stderr]).toEqual([
    'Nothing to migrate: the database is up to date.\n',
    '',
  ])
  expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0])
})

test('a file of secrets that was edited by hand costs nobody the password, and another pepper stops the start', async () => {
  const folder = dataFolder()
  const file = join(folder, 'secrets.env')
  const [secret, pepper] = [
    'c2VjcmV0IG9mIHRoZSB0ZXN0cyBvZiBzdGFydHM',
    'cGVwcGVyIG9mIHRoZSB0ZXN0cyBvZiBzdGFydHM',
  ]
  writeFileSync(file, `AUTHSCOPE_SECRET=${secret}\nAUTHSCOPE_PEPPER=${pepper}`, { mode: 0o600 })
  for (const time of ['first', 'second']) {
    const app = await start(folder)
    expect([time, await signIn(app.origin)]).toEqual([time, 200])
    expect(await app.stop()).toBe(0)
  }
  const lines = readFileSync(file, 'utf8').split('\n')
  expect(lines.slice(0, 2)).toEqual([`AUTHSCOPE_SECRET=${secret}`, `AUTHSCOPE_PEPPER=${pepper}`])
  expect(lines.slice(2)).toEqual([expect.stringMatching(/^AUTHSCOPE_CLIENTS=demo-service:/), ''])

  const environment = { AUTHSCOPE_PEPPER: ANOTHER }
  for (const script of ['start.mjs', 'serve.mjs']) {
    const refused = await start(folder, { environment }, script)
    expect([script, refused.code]).toEqual([script, 1])
    expect(refused.said.trim().split('\n').at(-1)).toBe(
      `The passwords in file:${join(folder, 'authscope.db')} were hashed with another AUTHSCOPE_PEPPER: put that one back (the environment goes before ${file}), or choose the database that this one belongs to.`,
    )
  }
})

/** Why the test below cannot be made here, or null. */
function obstacle(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start something as another user'
  try {
    accessSync(inRoot('node_modules', '.authscope-stamp'), constants.R_OK)
  } catch {
    return 'the packages were installed by hand'
  }
  const files = [inRoot('package.json'), inRoot('.next', 'BUILD_ID'), process.execPath]
  const { status } = spawnSync('cat', files, { uid: NOBODY, gid: NOBODY, stdio: 'ignore' })
  return status === 0 ? null : 'another user cannot read this checkout'
}

test.runIf(portion(false, true))(
  'a checkout that is built and cannot be written starts, with the data folder elsewhere',
  async context => {
    const why = obstacle()
    if (why) return context.skip(why)
    const folder = dataFolder()
    chownSync(folder, NOBODY, NOBODY)
    const app = await start(folder, { uid: NOBODY })
    expect(app.said).toContain('is ready on')
    expect(app.said).not.toMatch(/EACCES|EROFS/)
    expect(await signIn(app.origin)).toBe(200)
    expect((await fetch(`${app.origin}/`)).status).toBe(200)
    expect(await app.stop()).toBe(0)

    // Without one it says what to do.
    const nowhere = await start(folder, {
      uid: NOBODY,
      environment: { AUTHSCOPE_DATA: inRoot('.data-of-nobody') },
    })
    expect(nowhere.code).toBe(1)
    expect(nowhere.said).toMatch(
      /The data folder \S+ cannot be used \(EACCES\): .* set AUTHSCOPE_DATA to one\.\n$/,
    )
  },
)
