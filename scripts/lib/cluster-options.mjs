import { parseArgs } from 'node:util'
import { Stop } from './stop.mjs'

export const STORES = ['database', 'memory', 'redis', 'memcached']
export const BALANCES = ['round-robin', 'sticky']
export const USAGE = `npm run cluster -- [--store ${STORES.join('|')}] [--balance ${BALANCES.join('|')}] [--instances 1…9]`

/**
 * What `npm run cluster` is asked for. An option that cannot be used stops with a sentence.
 * @returns {{ store: string, balance: string, instances: number, help: boolean }}
 */
export function readOptions(args) {
  const { store = 'database', balance = 'round-robin', instances = '3', help = false } = parse(args)
  if (!STORES.includes(store))
    throw new Stop(`--store is "${store}": choose one of ${STORES.join(', ')}.`)
  if (!BALANCES.includes(balance))
    throw new Stop(`--balance is "${balance}": choose one of ${BALANCES.join(', ')}.`)
  if (!/^[1-9]$/.test(instances))
    throw new Stop(`--instances is "${instances}": choose a number from 1 to 9.`)
  return { store, balance, instances: Number(instances), help }
}

function parse(args) {
  const text = { type: 'string' }
  try {
    return parseArgs({
      args,
      options: { store: text, balance: text, instances: text, help: { type: 'boolean' } },
    }).values
  } catch (error) {
    // Its first sentence says what is wrong; what follows is advice for programmers.
    throw new Stop(`${error.message.split('. ')[0].replace(/\.$/, '')}: say ${USAGE}`)
  }
}
