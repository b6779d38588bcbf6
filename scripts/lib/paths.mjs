import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stop } from './stop.mjs'

/**
 * The folder of the project: every path below starts from it, whatever folder a script is called
 * from.
 */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * A path inside the project.
 * @param {string[]} parts
 */
export const inRoot = (...parts) => path.join(root, ...parts)

/** The Node 24 that the npm package `node` brings. */
export const ownNode = inRoot(
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/** Where secrets and the default database live. */
export const dataFolder = () => path.resolve(root, process.env.AUTHSCOPE_DATA || '.data')

/** The database of this process: `DATABASE_URL`, else a file in the data folder. */
export const databaseUrl = () =>
  process.env.DATABASE_URL || `file:${path.join(dataFolder(), 'authscope.db')}`

/**
 * The kind of database a URL leads to, by its scheme.
 * @typedef {'sqlite' | 'postgresql'} Provider
 * @param {string} url
 * @returns {Provider}
 */
export function providerOf(url) {
  if (url.startsWith('file:')) return 'sqlite'
  if (/^postgres(ql)?:/.test(url)) return 'postgresql'
  throw new Stop(
    'DATABASE_URL must start with "file:" for SQLite or with "postgresql:" for PostgreSQL.',
  )
}

/**
 * A database's URL as it may be shown: without user and password.
 * @param {string} url
 */
export function nameOf(url) {
  if (providerOf(url) === 'sqlite' || !URL.canParse(url))
    return url.replace(/^postgres(ql)?:.*/, 'the database')
  const { host, pathname } = new URL(url)
  return `postgresql://${host}${pathname}`
}

/**
 * The SQLite file behind a `file:` URL.
 * @param {string} url
 */
export const databaseFile = url => path.resolve(root, url.replace(/^file:/, ''))

/**
 * The JavaScript behind a command of an installed package. Started with `node`, it needs no shell,
 * on Windows either.
 * @param {string} packageName
 * @returns {string}
 */
export function command(packageName, name = packageName) {
  const folder = inRoot('node_modules', ...packageName.split('/'))
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return path.join(folder, typeof bin === 'string' ? bin : bin[name])
}

/**
 * Whether a path of the project exists.
 * @param {string[]} parts
 */
export const has = (...parts) => existsSync(inRoot(...parts))
