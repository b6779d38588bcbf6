import { randomBytes } from 'node:crypto'
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { dataFolder } from './paths.mjs'
import { Stop } from './steps.mjs'

const random = () => randomBytes(32).toString('base64url')

/** How each secret is made where none is set: the two the app cannot run without, and a client that may ask about tokens. */
const MADE = {
  AUTHSCOPE_SECRET: random,
  AUTHSCOPE_PEPPER: random,
  AUTHSCOPE_CLIENTS: () => `demo-service:${random()}`,
}
export const SECRETS = Object.keys(MADE)

/** Creates the data folder, for its owner alone, and makes sure that it can be used. */
export function openDataFolder() {
  const folder = dataFolder()
  try {
    makeFolder(folder)
    readdirSync(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (!error.code) throw error
    throw new Stop(
      `The data folder ${folder} cannot be used (${error.code}): make it a folder this user can write to, or set AUTHSCOPE_DATA to one.`,
    )
  }
  return folder
}

/** Level by level: the recursive way of Node never ends in a place such as /proc. */
function makeFolder(folder) {
  if (existsSync(folder)) return
  makeFolder(path.dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another instance that is just starting has made it.
    if (error.code !== 'EEXIST') throw error
  }
}

/**
 * Puts the secrets into the environment. Those that are not set there come from a file in the data folder, which is
 * made once and readable by its owner alone.
 * @returns {string | undefined} a note when nothing had to be made
 */
export function loadSecrets() {
  const file = path.join(openDataFolder(), 'secrets.env')
  if (SECRETS.every(name => process.env[name])) return 'from the environment'
  const existed = existsSync(file)
  try {
    if (existed) chmodSync(file, 0o600)
    else create(file)
    read(file)
  } catch (error) {
    if (!error.code) throw error
    throw new Stop(
      `The file ${file} cannot be used (${error.code}): make this user its owner or set AUTHSCOPE_DATA to another folder.`,
    )
  }
  return existed ? 'unchanged' : undefined
}

function create(file) {
  // Written beside and put in place whole: a crash leaves no half a secret behind.
  const fresh = `${file}.${process.pid}`
  const lines = Object.entries(MADE).map(([name, make]) => `${name}=${make()}\n`)
  writeFileSync(fresh, lines.join(''), { mode: 0o600 })
  try {
    // A link never replaces: of two instances that start at once one makes the secrets, and both go by them.
    linkSync(fresh, file)
  } catch (error) {
    // Some file systems have no links.
    if (error.code !== 'EEXIST') renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** A file of an earlier version has no client yet. The other two cannot be made anew: what they sealed and hashed would be lost. */
function addLater(file, name) {
  if (name !== 'AUTHSCOPE_CLIENTS') return undefined
  const line = `${name}=${MADE[name]()}`
  appendFileSync(file, `${line}\n`)
  return line
}

function read(file) {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/)
  for (const name of SECRETS) {
    const line = lines.find(text => text.startsWith(`${name}=`)) ?? addLater(file, name)
    if (!line)
      throw new Stop(
        `${file} has no ${name}: put it back, or delete the file and the database beside it to start anew.`,
      )
    process.env[name] ||= line.slice(name.length + 1)
  }
}
