import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { until } from '../fixtures/until.ts'

// How a tool ends that takes long, such as a build, when whoever started it ends. It has a child of
// its own, and each of them goes on where it is told politely.

const LIBRARY = new URL('../../scripts/lib/', import.meta.url)
const onWindows = process.platform === 'win32'
// Each waits for two seconds of patience, and keeps no processor busy: side by side.
const SIDE_BY_SIDE = { concurrent: true }

const TOOL = `
  import { spawn } from 'node:child_process'
  import { appendFileSync } from 'node:fs'
  const [file, isChild] = process.argv.slice(2)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('SIGTERM', () => console.log('told to end'))
  if (process.env.POLITE) process.on('SIGINT', () => process.exit(130))
  else process.on('SIGINT', () => console.log('interrupted'))
  if (!isChild) spawn(process.execPath, [import.meta.filename, file, 'child'], { stdio: 'inherit' })
  appendFileSync(file, process.pid + '\\n')
  setInterval(() => console.log('building'), 50)
`
const SCRIPT = `
  import { main, step } from '${new URL('steps.mjs', LIBRARY).href}'
  import { run } from '${new URL('tools.mjs', LIBRARY).href}'
  const [tool, file] = process.argv.slice(2)
  await main(() => step('Build', () => run(process.execPath, [tool, file], { advice: 'It could not be built.' })))
`

type Started = { child: ChildProcess; said: string[]; pids: number[]; ended: Promise<unknown[]> }

/** A script with a tool that is under way. `wrap` says how it is started. */
async function start(
  { onTestFinished }: TestContext,
  wrap = (command: string[]) => command,
  environment: Record<string, string> = {},
): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-'))
  const [tool, script, file] = ['tool.mjs', 'script.mjs', 'pids'].map(name =>
    join(folder, name),
  ) as [string, string, string]
  writeFileSync(tool, TOOL)
  writeFileSync(script, SCRIPT)
  writeFileSync(file, '')
  const [program = '', ...args] = wrap([process.execPath, script, tool, file])
  const env = { ...process.env, npm_lifecycle_event: '', CI: '1', ...environment }
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => said.push(String(chunk)))
  const ended = once(child, 'exit')
  const read = () => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)
  onTestFinished(() => {
    for (const pid of [...read(), child.pid ?? 0])
      if (pid && isAlive(pid)) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true })
  })
  await until(async () => read().length === 2 || child.exitCode !== null)
  return { child, said, pids: read(), ended }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // One that has ended and is not yet buried is over too.
  return !/\) Z /.test(statOf(pid))
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

const untilGone = (pids: number[]) => until(async () => !pids.some(isAlive))

test.skipIf(onWindows).for<[string, number, Record<string, string>]>([
  ['the script alone', 1, {}],
  ['everything, as a terminal tells it', -1, {}],
  ['everything, and the tool ends sooner', -1, { POLITE: '1' }],
])(
  'an interruption that is told to %s ends all of it quietly, with 130',
  SIDE_BY_SIDE,
  async ([, sign, environment], context) => {
    const { child, said, pids, ended } = await start(context, undefined, environment)
    process.kill(sign * (child.pid ?? 0), 'SIGINT')
    expect(await ended).toEqual([130, null])
    expect(said.join('')).toBe('')
    await untilGone(pids)
  },
)

test.skipIf(onWindows)(
  'a tool that was interrupted without the script has not failed either',
  SIDE_BY_SIDE,
  async context => {
    const { said, pids, ended } = await start(context, undefined, { POLITE: '1' })
    for (const pid of pids) process.kill(pid, 'SIGINT')
    expect(await ended).toEqual([130, null])
    expect(said.join('')).toBe('')
  },
)

test.skipIf(onWindows).for([
  ['told to end', 'SIGTERM', [143, null]],
  ['killed', 'SIGKILL', [null, 'SIGKILL']],
] as const)(
  'a tool ends, with what it has started, when the script is %s',
  SIDE_BY_SIDE,
  async ([, signal, end], context) => {
    const { child, said, pids, ended } = await start(context)
    child.kill(signal)
    expect(await ended).toEqual(end)
    expect(said.join('')).toBe('')
    await untilGone(pids)
  },
)

// npm starts a script through a shell, which does not end with npm.
test.skipIf(process.platform !== 'linux').for(['SIGTERM', 'SIGKILL'] as const)(
  'a tool ends when the npm that started the script ends by %s',
  SIDE_BY_SIDE,
  async (signal, context) => {
    const npm = `
      const { spawn } = require('node:child_process')
      const [program, ...args] = process.argv.slice(1)
      spawn('sh', ['-c', '"$0" "$@"; exit $?', program, ...args], { stdio: 'inherit' })`
    const wrap = (command: string[]) => [process.execPath, '--eval', npm, '--', ...command]
    const { child, pids, ended } = await start(context, wrap, { npm_lifecycle_event: 'build' })
    child.kill(signal)
    await ended
    await untilGone(pids)
  },
)

test('a tool that fails is shown with the advice, and one that does not is not', async () => {
  const run = async (program: string) => {
    const script = `
      import { main } from '${new URL('steps.mjs', LIBRARY).href}'
      import { run } from '${new URL('tools.mjs', LIBRARY).href}'
      await main(async () => console.log(await run(process.execPath, ['--eval', process.argv[1]], { advice: 'Do this.' })))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => said.push(String(chunk)))
    const [code] = await once(child, 'close')
    return [code, said.join('')]
  }
  expect(await run('console.log("made")')).toEqual([0, 'made\n\n'])
  expect(await run('console.error("broken"); process.exit(3)')).toEqual([
    1,
    '\nbroken\n\nDo this.\n',
  ])
})
