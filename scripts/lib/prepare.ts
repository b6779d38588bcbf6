import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { compressBuild } from './compress.ts'
import { cutFonts } from './fonts.ts'
import { hintScripts } from './hint.ts'
import { applyMigrations } from './migrate.ts'
import {
  command,
  databaseFile,
  databaseUrl,
  dataFolder,
  has,
  inRoot,
  providerOf,
} from './paths.mjs'
import { checkPepper } from './pepper.ts'
import { loadSecrets, openDataFolder, SECRETS } from './secrets.ts'
import { hashOf, hashOfSources, isStamped, stamp, unstamp } from './stamp.mjs'
import { announce, step } from './steps.mjs'
import { run } from './tools.mjs'

const BUILD_STAMP = inRoot('.next', 'authscope-stamp')

/**
 * Everything before the build that a running app needs: secrets, client, database, demo accounts.
 */
export async function prepareApp(): Promise<void> {
  await step('Secrets', loadSecrets)
  await step('Generate', generate)
  if (!process.env.DATABASE_URL) openDataFolder()
  const url = databaseUrl()
  process.env.DATABASE_URL = url
  const fresh = isFresh(url)
  const note = await step('Migrate', () => migrate(url))
  await checkPepper()
  if (process.env.AUTHSCOPE_DEMO === '1')
    await step('Seed', () => seed(url, fresh || note === undefined))
}

/** Whether the database is yet to be made. One on a server is known by the migrations it needs. */
const isFresh = (url: string) => providerOf(url) === 'sqlite' && !existsSync(databaseFile(url))

/** Writes what is made of other files and not kept with them, when those changed. */
export async function generate(): Promise<string | undefined> {
  const notes = [await generateClients(), await cutFonts()]
  return notes.every(note => note === 'unchanged') ? 'unchanged' : undefined
}

/** Writes the Prisma client of each schema, when the schema or Prisma changed. */
async function generateClients(): Promise<string | undefined> {
  const schemas = readdirSync(inRoot('prisma'))
    .map(name => path.join('prisma', name, 'schema.prisma'))
    .filter(name => has(name))
  const version = JSON.parse(
    readFileSync(inRoot('node_modules', 'prisma', 'package.json'), 'utf8'),
  ).version
  let unchanged = true
  for (const schema of schemas) {
    const mark = inRoot(path.dirname(schema), 'generated', '.authscope-stamp')
    const hash = `${version} ${hashOf([schema])}`
    if (isStamped(mark, hash)) continue
    unchanged = false
    unstamp(mark)
    await run(process.execPath, [command('prisma'), 'generate', '--schema', schema], {
      // Generating needs no engine, but Prisma would download one unless it is told of a program to
      // use.
      env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...process.env },
      advice: `The database client could not be generated: correct ${schema} and run the command again.`,
    })
    stamp(mark, hash)
  }
  return unchanged ? 'unchanged' : undefined
}

async function migrate(url: string): Promise<string | undefined> {
  const applied = await applyMigrations({ databaseUrl: url })
  return applied.length ? undefined : 'unchanged'
}

async function seed(databaseUrl: string, fresh: boolean): Promise<string | undefined> {
  if (!has('prisma', 'seed.ts')) return 'nothing to seed'
  const mark = path.join(dataFolder(), 'seed-stamp')
  // The URL may hold a password: its hash alone is kept.
  const url = createHash('sha256').update(databaseUrl).digest('hex')
  const hash = `${hashOf(['prisma/seed.ts'])} ${url}`
  if (!fresh && isStamped(mark, hash)) return 'unchanged'
  openDataFolder()
  unstamp(mark)
  await run(process.execPath, [inRoot('prisma', 'seed.ts')], {
    advice: `The demo accounts could not be written: stop what else uses the data folder ${dataFolder()}, then retry.`,
  })
  stamp(mark, hash)
  return undefined
}

/** Whether there is a build, of the sources as they are now. */
export const isBuilt = (hash = hashOfSources()): boolean =>
  has('.next', 'BUILD_ID') && isStamped(BUILD_STAMP, hash)

/** Builds the app for production, when anything in it changed or `force` is set. */
export async function build({ force = false } = {}): Promise<string | undefined> {
  const hash = hashOfSources()
  if (!force && isBuilt(hash)) return 'unchanged'
  unstamp(BUILD_STAMP)
  announce('Building the app takes about a minute')
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production' }
  // What is not there at build time cannot end up in the build.
  for (const name of SECRETS) delete env[name]
  await run(process.execPath, [command('next'), 'build'], {
    env,
    advice: 'The app could not be built: correct what is shown above and run the command again.',
  })
  await hintScripts()
  await compressBuild()
  stamp(BUILD_STAMP, hash)
  return undefined
}
