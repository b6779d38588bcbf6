import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { Stop } from '../lib/stop.mjs'
import type { User } from './attendant.ts'
import { programOf } from './programs.ts'
import { answers, LOOPBACK, type Server, startServer, temporaryFolder } from './server.ts'

const FREE_MILLISECONDS = 10_000
const SETTINGS = {
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
}

/**
 * Starts a PostgreSQL of its own, with its ordinary settings but for its size. `url` leads to an
 * empty database, which is gone with the server, or with a folder to the one that is kept there.
 */
export async function startPostgresql({ folder: kept }: { folder?: string } = {}): Promise<Server> {
  const program = programOf('postgresql')
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? userOf(['postgres', 'nobody']) : {}
  const folder = kept ?? temporaryFolder(user)
  if (kept) await untilFree(folder)
  const place = { folder, program, user }
  if (!kept) initialize(place, ['-A', 'trust', '--no-sync'])
  const who = kept ? `authscope:${openKept(place)}` : 'authscope'
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const data = path.join(folder, 'data')
  return startServer({
    program,
    args: port => ['-D', data, '-p', String(port), '-h', LOOPBACK, ...settings],
    folder,
    user,
    isKept: kept !== undefined,
    // Its fast way to stop: sessions are ended, nothing that was acknowledged is lost.
    signal: 'SIGINT',
    toUrl: port => `postgresql://${who}@${LOOPBACK}:${port}/postgres`,
    isReady: answersSql,
  })
}

/**
 * Waits for a server that uses the folder and is about to end, because whoever started it has.
 * Stops with a sentence when it goes on.
 */
async function untilFree(folder: string): Promise<void> {
  const deadline = performance.now() + FREE_MILLISECONDS
  while (await answers(`postgresql://${LOOPBACK}:${portIn(folder)}`)) {
    if (performance.now() > deadline)
      throw new Stop(
        `${folder} is in use by another cluster: stop that one, or set AUTHSCOPE_DATA to another folder.`,
      )
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** The port of the server that uses the folder, or one that nobody has. */
function portIn(folder: string): string {
  try {
    return readFileSync(path.join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[3] || '1'
  } catch {
    return '1'
  }
}

type Place = { folder: string; program: string; user: User }

function initialize({ folder, program, user }: Place, options: string[]): void {
  const fresh = path.join(folder, 'fresh')
  rmSync(fresh, { recursive: true, force: true })
  const initdb = path.join(path.dirname(program), 'initdb')
  const init = ['-D', fresh, '-U', 'authscope', '-E', 'UTF8', '--locale=C', ...options]
  try {
    execFileSync(initdb, init, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    throw new Stop(
      `PostgreSQL cannot keep its data in ${folder}: correct what is shown above.`,
      said,
    )
  }
  // Renamed when it is done: what was interrupted is begun anew.
  renameSync(fresh, path.join(folder, 'data'))
}

/**
 * Makes the database in a folder if there is none yet. What is kept needs a password; it is in a
 * file for the owner alone. Returns it.
 */
function openKept(place: Place): string {
  const { folder, user } = place
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  give(folder, user)
  const file = path.join(folder, 'password')
  if (!existsSync(path.join(folder, 'data'))) {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 })
    give(file, user)
    initialize(place, ['-A', 'scram-sha-256', `--pwfile=${file}`])
  }
  return readFileSync(file, 'utf8')
}

function give(file: string, { uid, gid }: User): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid)
}

/** The first of these users that this machine has. */
function userOf(names: string[]): User {
  for (const name of names) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) }
    } catch {
      // Not this one.
    }
  }
  throw new Stop(
    'PostgreSQL does not run as root, and there is no other user: run the tests as one.',
  )
}

const idOf = (flag: string, name: string) =>
  Number(
    execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )

async function answersSql(url: string): Promise<boolean> {
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
