import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { inRoot, root } from '../lib/paths.mjs'
import { Stop } from '../lib/stop.mjs'

const READY_MILLISECONDS = 60_000
const BETWEEN_MILLISECONDS = 100
/** How much of what it said last is shown, in characters. */
const SHOWN = 2_000
// What an instance gives itself to end in order (see shutdown.mjs), and a little more.
const PATIENCE_MILLISECONDS = 12_000

export type Environment = Record<string, string | undefined>

/** One instance of the app, at an address that it keeps. */
export type Instance = {
  name: string
  origin: string
  address: string
  /** Null while it does not run. */
  pid(): number | null
  /** Starts it, unless it runs, and waits until it is ready. */
  up(): Promise<void>
  /** Ends it in order, and by force when it takes too long. */
  down(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

type Options = {
  name: string
  port: number
  environment: Environment
  /** The file that what it says is added to. */
  log: string
  /** Told when it ends and nobody here ended it. */
  onDeath: (name: string, how: string) => void
}

/**
 * One instance of the app: a process that can end and be started again, at the same address. It
 * ends in order with the process that started it, however that ended.
 */
export function createInstance({ name, port, environment, log, onDeath }: Options): Instance {
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let over = Promise.resolve()
  let isWanted = false

  function start(): void {
    const output = openSync(log, 'a', 0o600)
    const own = { HOST: '127.0.0.1', PORT: String(port), AUTHSCOPE_INSTANCE: name }
    // A group of its own: Ctrl-C in a terminal is for whoever started it, who ends it in turn.
    const started = spawn(process.execPath, [inRoot('server', 'serve.ts')], {
      cwd: root,
      env: Object.assign({} as NodeJS.ProcessEnv, environment, own),
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    })
    closeSync(output)
    child = started
    isWanted = true
    over = new Promise(resolve => {
      started.on('error', () => resolve())
      started.on('exit', (code, signal) => {
        child = null
        if (isWanted) onDeath(name, signal ? `was ended by ${signal}` : `ended with ${code}`)
        resolve()
      })
    })
  }

  /**
   * Waits until it says that it is ready. Stops with a sentence when it ended instead, or takes too
   * long.
   */
  async function whenReady(): Promise<void> {
    const deadline = performance.now() + READY_MILLISECONDS
    while (child && performance.now() < deadline) {
      if (await isReady(origin)) return
      await new Promise(resolve => setTimeout(resolve, BETWEEN_MILLISECONDS))
    }
    throw new Stop(
      `${name} did not get ready: see above, or ${log}.`,
      readFileSync(log, 'utf8').slice(-SHOWN),
    )
  }

  return {
    name,
    origin,
    address: `127.0.0.1:${port}`,
    pid: () => child?.pid ?? null,
    async up() {
      if (!child) start()
      await whenReady()
    },
    async down() {
      isWanted = false
      child?.kill('SIGTERM')
      const timer = setTimeout(() => child?.kill('SIGKILL'), PATIENCE_MILLISECONDS)
      await over
      clearTimeout(timer)
    },
    async kill() {
      isWanted = false
      child?.kill('SIGKILL')
      await over
    },
  }
}

const isReady = (origin: string) =>
  fetch(`${origin}/api/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ status }) => status === 200,
    () => false,
  )
