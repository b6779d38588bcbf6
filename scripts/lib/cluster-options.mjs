import { parseArgs } from 'node:util'
import { Stop } from './stop.mjs'

export const STORES = /** @type {const} */ (['database', 'memory', 'redis', 'memcached'])
export const BALANCES = /** @type {const} */ (['round-robin', 'sticky'])
export const USAGE = `npm run cluster -- [--store ${STORES.join('|')}] [--balance ${BALANCES.join('|')}] [--instances 1…9]`

/**
 * What `npm run cluster` is asked for. An option that cannot be used stops with a sentence.
 * @typedef {ReturnType<typeof readOptions>} Options
 * @param {string[]} args
 */
export function readOptions(args) {
  const { instances = '3', help = false, ...asked } = parse(args)
  const store = oneOf(STORES, '--store', asked.store)
  const balance = oneOf(BALANCES, '--balance', asked.balance)
  if (!/^[1-9]$/.test(instances))
    throw new Stop(`--instances is "${instances}": choose a number from 1 to 9.`)
  return { store, balance, instances: Number(instances), help }
}

/**
 * The first where nothing is asked for.
 * @template {string} Name
 * @param {readonly [Name, ...Name[]]} names
 * @param {string} option
 */
function oneOf(names, option, asked = /** @type {string} */ (names[0])) {
  const found = names.find(name => name === asked)
  if (found) return found
  throw new Stop(`${option} is "${asked}": choose one of ${names.join(', ')}.`)
}

const TEXT = /** @type {const} */ ({ type: 'string' })
const FLAG = /** @type {const} */ ({ type: 'boolean' })

/** @param {string[]} args */
function parse(args) {
  try {
    const options = { store: TEXT, balance: TEXT, instances: TEXT, help: FLAG }
    return parseArgs({ args, options }).values
  } catch (error) {
    // Its first sentence says what is wrong; what follows is advice for programmers.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/\. |\.$/)
    throw new Stop(`${sentence}: say ${USAGE}`)
  }
}
