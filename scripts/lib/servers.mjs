import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { inRoot } from './paths.mjs'
import { announce, Stop } from './steps.mjs'
import { run } from './tools.mjs'

const READY_MILLISECONDS = 20_000
const FREE_MILLISECONDS = 10_000
const ATTEMPTS = 3
const LOOPBACK = '127.0.0.1'
const ATTENDANT = inRoot('scripts', 'lib', 'attendant.mjs')

/**
 * The servers that tests start: the program, what Debian calls its package, and what people call
 * it.
 */
const SERVERS = {
  postgresql: { program: 'postgres', package: 'postgresql', name: 'PostgreSQL' },
  redis: { program: 'redis-server', package: 'redis-server', name: 'Redis' },
  memcached: { program: 'memcached', package: 'memcached', name: 'Memcached' },
  nginx: { program: 'nginx', package: 'nginx-light', name: 'nginx' },
}

/**
 * Finds the servers that tests start; as root on Debian, installs those that are not there. Returns
 * a note if some still are not.
 */
export async function findServers() {
  if (missing().length > 0) await installPackages(missing().map(kind => SERVERS[kind].package))
  const absent = missing()
  if (absent.length === 0) return undefined
  const names = absent.map(kind => SERVERS[kind].name).join(', ')
  // Where results are relied on, a test that did not run must not look like one that passed.
  if (process.env.CI)
    throw new Stop(`Not found: ${names}. Install them, so that their tests can run.`)
  return `not found: ${names}. Install them to run their tests`
}

/** The kinds of server that are not on this machine. */
const missing = () => Object.keys(SERVERS).filter(kind => !locate(kind))

/** The path of a server's program, or null when it is not where such programs usually are. */
export function locate(kind) {
  const versions = '/usr/lib/postgresql'
  const newestFirst = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))
    : []
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...newestFirst.map(version => path.join(versions, version, 'bin')),
    ...['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'],
  ]
  return folders.map(folder => path.join(folder, SERVERS[kind].program)).find(existsSync) ?? null
}

// The services that come with the packages may start or not: nothing here uses them or their ports.
async function installPackages(packages) {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !existsSync('/usr/bin/apt-get'))
    return
  announce(`Installing ${packages.join(', ')} with apt-get`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    try {
      await run('apt-get', args, { env, advice: '' })
    } catch {
      // Not from here, then: whoever asked says what is missing.
    }
  }
}

/**
 * Starts a PostgreSQL of its own, with its ordinary settings but for its size. `url` leads to an
 * empty database, which is gone with the server, or with a folder to the one that is kept there.
 * @param {{ folder?: string }} options
 */
export async function startPostgresql({ folder: kept } = {}) {
  const program = locate('postgresql')
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? userOf(['postgres', 'nobody']) : {}
  const folder = kept ?? temporaryFolder(user)
  if (kept) await untilFree(folder)
  const password = kept ? openKept(folder, program, user) : initialize(folder, program, user)
  const size = [
    '-c',
    'max_connections=200',
    '-c',
    'shared_buffers=64MB',
    '-c',
    'max_wal_size=256MB',
  ]
  const who = password ? `authscope:${password}` : 'authscope'
  return start({
    folder,
    user,
    isKept: kept !== undefined,
    // Its fast way to stop: sessions are ended, nothing that was acknowledged is lost.
    signal: 'SIGINT',
    command: port => [
      program,
      [
        '-D',
        path.join(folder, 'data'),
        '-p',
        String(port),
        '-h',
        LOOPBACK,
        '-c',
        'unix_socket_directories=',
        ...size,
      ],
    ],
    toUrl: port => `postgresql://${who}@${LOOPBACK}:${port}/postgres`,
    isReady: answersSql,
  })
}

/**
 * Waits for a server that uses the folder and is about to end, because whoever started it has.
 * Stops with a sentence when it goes on.
 */
async function untilFree(folder) {
  const deadline = performance.now() + FREE_MILLISECONDS
  while (await answers(`postgresql://${LOOPBACK}:${portIn(folder)}`, '', '')) {
    if (performance.now() > deadline)
      throw new Stop(
        `${folder} is in use by another cluster: stop that one, or set AUTHSCOPE_DATA to another folder.`,
      )
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** The port of the server that uses the folder, or one that nobody has. */
function portIn(folder) {
  try {
    return readFileSync(path.join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[3] || 1
  } catch {
    return 1
  }
}

function initialize(folder, program, user, options = ['-A', 'trust', '--no-sync']) {
  const fresh = path.join(folder, 'fresh')
  rmSync(fresh, { recursive: true, force: true })
  const initdb = path.join(path.dirname(program), 'initdb')
  const init = ['-D', fresh, '-U', 'authscope', '-E', 'UTF8', '--locale=C', ...options]
  try {
    execFileSync(initdb, init, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    throw new Stop(
      `PostgreSQL cannot keep its data in ${folder}: correct what is shown above.`,
      String(error.stderr),
    )
  }
  // Renamed when it is done: what was interrupted is begun anew.
  renameSync(fresh, path.join(folder, 'data'))
}

/**
 * Makes the database in a folder if there is none yet. What is kept needs a password; it is in a
 * file for the owner alone.
 */
function openKept(folder, program, user) {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const file = path.join(folder, 'password')
  if (!existsSync(path.join(folder, 'data'))) {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 })
    if (user.uid !== undefined) chownSync(file, user.uid, user.gid)
    initialize(folder, program, user, ['-A', 'scram-sha-256', `--pwfile=${file}`])
  }
  return readFileSync(file, 'utf8')
}

/**
 * Starts a Redis of its own, which keeps nothing on disk but what it is told to save, and is
 * stopped as `kill -9` would: as it was then.
 */
export const startRedis = () =>
  start({
    signal: 'SIGKILL',
    command: port => [
      locate('redis'),
      [
        '--bind',
        LOOPBACK,
        '--port',
        String(port),
        '--save',
        '',
        '--appendonly',
        'no',
        '--loglevel',
        'warning',
      ],
    ],
    toUrl: port => `redis://${LOOPBACK}:${port}`,
    isReady: url => answers(url, 'PING\r\n', '+PONG'),
  })

/**
 * Starts a Memcached of its own, of `megabytes`: when they are full, it forgets what was not used
 * for longest.
 */
export const startMemcached = ({ megabytes = 64 } = {}) =>
  start({
    command: port => {
      const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
      return [
        locate('memcached'),
        ['-l', LOOPBACK, '-p', String(port), '-U', '0', '-m', String(megabytes), ...asRoot],
      ]
    },
    toUrl: port => `memcached://${LOOPBACK}:${port}`,
    isReady: url => answers(url, 'version\r\n', 'VERSION'),
  })

/**
 * Starts an nginx of its own, on a port that is given or a free one.
 * @param {(place: { port: number, folder: string }) => string} configure writes its configuration,
 * which must listen on the port,
 *   into the folder; returns the file to start with
 * @param {{ port?: number }} options
 */
export function startNginx(configure, { port } = {}) {
  const folder = temporaryFolder()
  // Its workers run as somebody else when it is started as root.
  chmodSync(folder, 0o755)
  return start({
    folder,
    port,
    command: port => [
      locate('nginx'),
      ['-p', folder, '-c', configure({ port, folder }), '-e', path.join(folder, 'error.log')],
    ],
    toUrl: port => `http://${LOOPBACK}:${port}`,
    isReady: url => answers(url, '', ''),
  })
}

/**
 * Starts a server, with an attendant that ends it when this process is gone, however it ended. On a
 * free port it is tried again when the port is taken before the server has it.
 */
async function start({
  command,
  toUrl,
  isReady,
  port: given,
  user = {},
  folder = temporaryFolder(user),
  isKept = false,
  signal = 'SIGTERM',
}) {
  const attempts = given ? 1 : ATTEMPTS
  for (let attempt = 1; ; attempt += 1) {
    const port = given ?? (await freePort())
    const url = toUrl(port)
    const [program, args] = command(port)
    const attendant = await attend({ program, args, folder, isKept, signal, ...user })
    const ready = () => waitUntil(() => isReady(url), attendant)
    if (await ready()) return toServer(attendant, url, ready)
    await attendant.end({ keepFolder: isKept || attempt < attempts })
    if (attempt === attempts) throw new Stop(`${program} did not start.`, attendant.output())
  }
}

const toServer = (attendant, url, ready) => ({
  url,
  /** Its processes stand still: connections stay open and nothing is answered. */
  pause: () => attendant.tell('pause'),
  resume: () => attendant.tell('resume'),
  /** It ends in order; what it keeps on disk stays. */
  down: () => attendant.tell('down'),
  /** It starts again, at the same address. */
  async up() {
    await attendant.tell('up')
    if (!(await ready()))
      throw new Stop(`The server at ${url} did not come back.`, attendant.output())
  },
  /** It ends for good. */
  stop: () => attendant.end(),
})

async function attend(what) {
  const child = spawn(process.execPath, [ATTENDANT], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let ended = false
  const waiting = []
  // Only while something is waited for may it keep this process from ending.
  const handles = [child, child.stdin, child.stdout, child.stderr]
  const settle = () => {
    waiting.shift()?.()
    if (waiting.length === 0) for (const handle of handles) handle.unref()
  }
  createInterface({ input: child.stdout }).on('line', settle)
  child.stderr.on('data', chunk => {
    output = `${output}${chunk}`.slice(-4000)
  })
  child.stdin.on('error', () => undefined)
  child.on('close', () => {
    ended = true
    while (waiting.length > 0) settle()
  })

  /** Done when it was done, or when there is nobody any more who could do it. */
  function whenTold(tell) {
    return new Promise(resolve => {
      if (ended) return resolve()
      for (const handle of handles) handle.ref()
      waiting.push(resolve)
      tell()
    })
  }
  const tell = word => whenTold(() => child.stdin.write(`${JSON.stringify(word)}\n`))
  await tell(what)
  return {
    tell,
    hasEnded: () => ended,
    output: () => output,
    async end({ keepFolder = false } = {}) {
      if (keepFolder) await tell('keep')
      await whenTold(() => child.stdin.end())
    },
  }
}

async function waitUntil(isReady, attendant) {
  const deadline = performance.now() + READY_MILLISECONDS
  while (performance.now() < deadline && !attendant.hasEnded()) {
    if (await isReady()) return true
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  return false
}

function temporaryFolder({ uid, gid } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'authscope-server-'))
  if (uid !== undefined) chownSync(folder, uid, gid)
  return folder
}

/** The first of these users that this machine has. */
function userOf(names) {
  for (const name of names) {
    try {
      const id = flag =>
        Number(
          execFileSync('id', [flag, name], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
          }),
        )
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // Not this one.
    }
  }
  throw new Stop(
    'PostgreSQL does not run as root, and there is no other user: run the tests as one.',
  )
}

/** A loopback port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.on('error', reject)
    probe.listen(0, LOOPBACK, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Whether what is sent is answered with what begins so. */
function answers(url, question, answer) {
  const { hostname: host, port } = new URL(url)
  return new Promise(resolve => {
    const socket = net.connect({ host, port: Number(port), timeout: 500 })
    const end = result => {
      socket.destroy()
      resolve(result)
    }
    socket.on('connect', () => (answer ? socket.write(question) : end(true)))
    socket.on('data', data => end(String(data).startsWith(answer)))
    for (const event of ['error', 'timeout', 'close']) socket.on(event, () => end(false))
  })
}

async function answersSql(url) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 500,
    query_timeout: 500,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
