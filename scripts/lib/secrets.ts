import { hkdfSync, randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { lineAfter, type Setting, settingsIn } from './env-file.ts'
import { dataFolder } from './paths.mjs'
import { replaceFile } from './replace-file.mjs'
import { codeOf } from './sentences.mjs'
import { Stop } from './stop.mjs'

const random = () => randomBytes(32).toString('base64url')

/**
 * How each secret is made where none is set: the two the app cannot run without, and a client that
 * may ask about tokens.
 */
const MADE = {
  AUTHSCOPE_SECRET: random,
  AUTHSCOPE_PEPPER: random,
  AUTHSCOPE_CLIENTS: () => `demo-service:${random()}`,
}
export const SECRETS: string[] = Object.keys(MADE)

/** Where secrets are kept that the environment does not have. */
export const secretsFile = (): string => path.join(dataFolder(), 'secrets.env')

/** Creates the data folder, for its owner alone, and makes sure that it can be used. */
export function openDataFolder(): string {
  const folder = dataFolder()
  try {
    makeFolder(folder)
    readdirSync(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (!codeOf(error)) throw error
    throw new Stop(
      `The data folder ${folder} cannot be used (${codeOf(error)}): make it a folder this user can write to, or set AUTHSCOPE_DATA to one.`,
    )
  }
  return folder
}

/** Level by level: the recursive way of Node never ends in a place such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(path.dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another instance that is just starting has made it.
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/**
 * Puts the secrets into the environment. Those that are not set there come from a file in the data
 * folder, which is made once and readable by its owner alone.
 * @returns {string | undefined} a note when nothing had to be made
 */
export function loadSecrets() {
  if (SECRETS.every(name => process.env[name])) return 'from the environment'
  openDataFolder()
  const file = secretsFile()
  const existed = existsSync(file)
  try {
    if (!existed) create(file)
    else if (statSync(file).mode & 0o077) chmodSync(file, 0o600)
    read(file)
  } catch (error) {
    if (!codeOf(error)) throw error
    throw new Stop(
      `The file ${file} cannot be used (${codeOf(error)}): make this user its owner or set AUTHSCOPE_DATA to another folder.`,
    )
  }
  return existed ? 'unchanged' : undefined
}

function create(file: string): void {
  // Written beside and put in place whole: a crash leaves no half a secret behind.
  const fresh = `${file}.${process.pid}`
  const lines = Object.entries(MADE).map(([name, make]) => `${name}=${make()}\n`)
  writeFileSync(fresh, lines.join(''), { mode: 0o600, flush: true })
  try {
    // A link never replaces: of two instances that start at once one makes the secrets, and both go
    // by them.
    linkSync(fresh, file)
  } catch (error) {
    // Some file systems have no links.
    if (codeOf(error) !== 'EEXIST') renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}

function read(file: string): void {
  // In this order: what is written in between belongs to a later moment, and is found in the text.
  const edited = statSync(file).mtimeMs
  const bytes = readFileSync(file)
  const settings = settingsIn(String(bytes))
  for (const setting of settings) check(setting, settings, file)
  const kept = Object.fromEntries(settings.map(({ name, value }) => [name, value]))
  for (const name of SECRETS)
    process.env[name] ||= kept[name] || addLater(name, { file, bytes, edited })
}

type Read = { file: string; bytes: Buffer; edited: number }

/**
 * A file of an earlier version has no client yet. The other two cannot be made anew: what they
 * sealed and hashed would be lost.
 */
function addLater(name: string, { file, bytes, edited }: Read): string {
  if (name !== 'AUTHSCOPE_CLIENTS')
    throw new Stop(
      `${file} has no ${name}: put it back, or delete the file and the database beside it to start anew.`,
    )
  // Made of what is there since it was last edited: instances that start at once add the same,
  // whoever is the last.
  const { AUTHSCOPE_SECRET = '' } = process.env
  const made = Buffer.from(hkdfSync('sha256', AUTHSCOPE_SECRET, String(edited), name, 32))
  const value = `demo-service:${made.toString('base64url')}`
  // What is in it stays as it is, to the byte.
  replaceFile(file, Buffer.concat([bytes, Buffer.from(lineAfter(String(bytes), name, value))]))
  return value
}

/**
 * A line from which a secret would be read that nobody meant stops the start, before anything is
 * made with that.
 */
function check({ name, value, line }: Setting, settings: Setting[], file: string): void {
  if (!SECRETS.includes(name)) return
  const swallowed = SECRETS.find(other => value.includes(`${other}=`))
  if (swallowed)
    throw new Stop(
      `Line ${line} of ${file} has ${name} and ${swallowed} in one: begin a new line before ${swallowed}, then retry.`,
    )
  const other = settings.find(setting => setting.name === name && setting.value !== value)
  if (other)
    throw new Stop(
      `Lines ${line} and ${other.line} of ${file} set ${name} to two values: keep the right one, then retry.`,
    )
}
