import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { inRoot } from '../../scripts/lib/paths.mjs'

const PACKAGES = ['next', 'react', 'iron-session', 'jose', 'better-sqlite3', 'pg', 'redis']
const TOOLS = ['prisma', 'autocannon']

export type Machine = ReturnType<typeof readMachine>

/** What was measured on, and what: figures without it say nothing. */
export const readMachine = () => ({
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  gibibytes: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  packages: Object.fromEntries([...PACKAGES, ...TOOLS].map(name => [name, versionOf(name)])),
})

export const versionOf = (name: string, folder = inRoot('node_modules')): string =>
  JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
