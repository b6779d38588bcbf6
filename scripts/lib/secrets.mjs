import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { dataFolder } from './paths.mjs'
import { Stop } from './steps.mjs'

/** The secrets the app cannot run without. */
export const SECRETS = ['AUTHSCOPE_SECRET', 'AUTHSCOPE_PEPPER']

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
  // Written beside and renamed: a crash leaves no half a secret behind.
  const fresh = `${file}.${process.pid}`
  const lines = SECRETS.map(name => `${name}=${randomBytes(32).toString('base64url')}\n`)
  writeFileSync(fresh, lines.join(''), { mode: 0o600 })
  renameSync(fresh, file)
}

function read(file) {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/)
  for (const name of SECRETS) {
    const line = lines.find(text => text.startsWith(`${name}=`))
    if (!line)
      throw new Stop(
        `${file} has no ${name}: put it back, or delete the file and the database beside it to start anew.`,
      )
    process.env[name] ||= line.slice(name.length + 1)
  }
}
