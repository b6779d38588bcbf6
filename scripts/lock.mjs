import { readFileSync } from 'node:fs'
import { inRoot } from './lib/paths.mjs'
import { replaceFile } from './lib/replace-file.mjs'
import { main, Stop } from './lib/steps.mjs'

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 's390x', 'wasm32', 'x64']

// `npm run lock`, after `npm install`: npm leaves the builds for other platforms out of the lock
// file when the registry at hand does not have them, and then `npm ci` refuses the file everywhere.
// This adds them, at the exact version that their package asks for. Such an entry has no integrity
// hash until npm finds the package and writes the entry itself.
const file = inRoot('package-lock.json')
await main(async () => {
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  /** @type {Packages} */
  const locked = lock.packages
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(locked, path, name))
      .map(([name, version]) => ({
        path: `node_modules/${name}`,
        entry: entryFor(name, version, dev),
      })),
  )
  const added = Object.fromEntries(missing.map(({ path, entry }) => [path, entry]))
  const packages = Object.entries({ ...locked, ...added })
  lock.packages = Object.fromEntries(
    packages.sort(([one], [other]) => one.localeCompare(other, 'en')),
  )
  replaceFile(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(
    missing.length
      ? `Added ${missing.map(({ path }) => path).join(', ')}`
      : 'The lock file is complete.',
  )
})

/**
 * What the lock file has of each package, by its path.
 * @typedef {Record<string, { optionalDependencies?: Record<string, string>, dev?: boolean }>}
 * Packages
 */

/**
 * Whether a package, asked for by the one at `path`, is found there or in a folder above.
 * @param {Packages} packages
 * @param {string} path
 * @param {string} name
 * @returns {boolean}
 */
function isLocked(packages, path, name) {
  if (packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true
  const above = path.lastIndexOf('/node_modules/')
  return path !== '' && isLocked(packages, above < 0 ? '' : path.slice(0, above), name)
}

/**
 * @param {string} name
 * @param {string} version
 * @param {boolean} [dev]
 */
function entryFor(name, version, dev) {
  if (!/^\d/.test(version))
    throw new Stop(`${name} is asked for as ${version}: only npm can choose a version of it.`)
  const words = (name.split('/').at(-1) ?? '').split('-')
  /** @type {(key: string, known: string[]) => Record<string, string[]>} */
  const named = (key, known) => {
    const found = known.filter(word => words.includes(word))
    return found.length ? { [key]: found } : {}
  }
  return {
    version,
    ...named('cpu', PROCESSORS),
    ...(dev ? { dev } : {}),
    ...named('libc', ['musl']),
    optional: true,
    ...named('os', SYSTEMS),
  }
}
