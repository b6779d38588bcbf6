import { readFileSync } from 'node:fs'
import { replaceFile } from './lib/env-file.mjs'
import { inRoot } from './lib/paths.mjs'
import { main, Stop } from './lib/steps.mjs'

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 's390x', 'wasm32', 'x64']

// `npm run lock`, after `npm install`: npm leaves the builds for other platforms out of the lock
// file when the registry at hand does not have them, and then `npm ci` refuses the file everywhere.
// This adds them, at the exact version that their package asks for. Such an entry has no integrity
// hash until npm finds the package and writes the entry itself.
const file = inRoot('package-lock.json')
let lock
await main(async () => {
  lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = Object.entries(lock.packages).flatMap(
    ([path, { optionalDependencies = {}, dev }]) =>
      Object.entries(optionalDependencies)
        .filter(([name]) => !isLocked(path, name))
        .map(([name, version]) => [`node_modules/${name}`, entryFor(name, version, dev)]),
  )
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) })
  lock.packages = Object.fromEntries(
    packages.sort(([one], [other]) => one.localeCompare(other, 'en')),
  )
  replaceFile(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(
    missing.length
      ? `Added ${missing.map(([path]) => path).join(', ')}`
      : 'The lock file is complete.',
  )
})

/** Whether a package, asked for by the one at `path`, is found there or in a folder above. */
function isLocked(path, name) {
  if (lock.packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true
  const above = path.lastIndexOf('/node_modules/')
  return path !== '' && isLocked(above < 0 ? '' : path.slice(0, above), name)
}

function entryFor(name, version, dev) {
  if (!/^\d/.test(version))
    throw new Stop(`${name} is asked for as ${version}: only npm can choose a version of it.`)
  const words = name.split('/').at(-1).split('-')
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
