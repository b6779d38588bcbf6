import { createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isDriverAdapterError } from '@prisma/driver-adapter-utils'
import { factoryFor } from './adapters.ts'
import { nameOf } from './paths.mjs'
import { secretsFile } from './secrets.ts'
import { Stop } from './stop.mjs'

const TEXT = 'authscope: the password hashes of this database'
const MARK = `SELECT "mark" FROM "PepperMark" WHERE "id" = 'passwords'`
/**
 * Hashes are salted: one that two accounts have was made for the demo accounts, of the password
 * that everybody knows.
 */
const OF_DEMO = `SELECT "passwordHash" FROM "User" WHERE "email" LIKE '%@demo.example'
  GROUP BY "passwordHash" HAVING COUNT(*) > 1 LIMIT 1`
const PATIENCE_MILLISECONDS = 2_000
const AGAIN_MILLISECONDS = 1_000

/**
 * Stops with a sentence when the password hashes in a database were made with another pepper: with
 * this one no password would ever be right. It is known by a mark beside them, which the first
 * start leaves: an HMAC of a fixed text, by which a pepper that is random cannot be found. A
 * database of an earlier version has none yet. Where the demo accounts are, they tell; else the
 * pepper is believed, once. False when the database cannot be asked now.
 */
export async function checkPepper(
  environment: Record<string, string | undefined> = process.env,
): Promise<boolean> {
  const { AUTHSCOPE_PEPPER = '', DATABASE_URL = '' } = environment
  let isRight: boolean
  try {
    isRight = await ask(DATABASE_URL, AUTHSCOPE_PEPPER)
  } catch (error) {
    if (!isDriverAdapterError(error) || error.cause.kind !== 'TableDoesNotExist') return false
    throw new Stop(
      `${nameOf(DATABASE_URL)} is of an earlier version: run \`npm run migrate\`, then retry.`,
    )
  }
  if (isRight) return true
  const file = secretsFile()
  const order = existsSync(file) ? ` (the environment goes before ${file})` : ''
  throw new Stop(
    `The passwords in ${nameOf(DATABASE_URL)} were hashed with another AUTHSCOPE_PEPPER: put that one back${order}, or choose the database that this one belongs to.`,
  )
}

/**
 * The same for a server, which goes on while its database is away: then nobody signs in, and it is
 * asked again until it is back.
 */
export async function holdToPepper(): Promise<void> {
  if (await checkPepper()) return
  const again = () =>
    holdToPepper().catch(error => {
      console.error(`\n${error.message}`)
      process.exit(1)
    })
  setTimeout(again, AGAIN_MILLISECONDS).unref()
}

async function ask(url: string, pepper: string): Promise<boolean> {
  const connection = await (await factoryFor(url, PATIENCE_MILLISECONDS)).connect()
  const first = async (sql: string) =>
    (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows[0]?.[0]
  try {
    const mark = createHmac('sha256', pepper).update(TEXT).digest('base64url')
    const found = await first(MARK)
    if (found !== undefined) return found === mark
    const hash = await first(OF_DEMO)
    if (hash !== undefined && !(await isOfDemo(String(hash), pepper))) return false
    // Of instances that come first at once one leaves the mark, and all go by it.
    await connection.executeScript(
      `INSERT INTO "PepperMark" ("id", "mark") VALUES ('passwords', '${mark}') ON CONFLICT DO NOTHING`,
    )
    return (await first(MARK)) === mark
  } finally {
    await connection.dispose()
  }
}

async function isOfDemo(hash: string, pepper: string): Promise<boolean> {
  const { createPasswords } = await import('../../lib/accounts/passwords.ts')
  const { DEMO_PASSWORD } = await import('../../lib/accounts/demo-people.ts')
  const passwords = createPasswords({ pepper, cost: 10 })
  try {
    const verified = await passwords.verify(DEMO_PASSWORD, hash)
    return verified.ok && verified.value !== false
  } finally {
    await passwords.close()
  }
}
