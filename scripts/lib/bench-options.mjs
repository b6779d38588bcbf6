import { parseArgs } from 'node:util'
import { Stop } from './stop.mjs'

/** What is measured, in this order. */
export const MEASUREMENTS = /** @type {const} */ ([
  'requests',
  'wire',
  'storm',
  'sign-ins',
  'crowds',
  'bytes',
  'storage',
  'growth',
  'start',
  'peers',
])
/** What installs packages: only when it is asked for. */
const ASKED_FOR = ['start', 'peers']
/** What takes long however few rounds there are. */
const LONG = ['storm', 'sign-ins', 'crowds', 'storage', 'growth']

export const USAGE = `npm run bench -- [options]

  --only NAME[,NAME]  measures these alone: ${MEASUREMENTS.slice(0, 5).join(', ')},
                      ${MEASUREMENTS.slice(5).join(', ')}
  --quick             fewer and shorter rounds, for a first look: about two minutes, in which
                      requests, wire and bytes are measured unless --only names others
  --peers             also Better Auth and next-auth, installed into a folder of their own
  --json              one JSON document to stdout instead of tables
  --against FILE      an earlier --json document: each ratio then and now
  --plots             writes what was measured into docs/performance.md, and draws docs/plots
  --profile VARIANT   where the time of this kind of request goes, and nothing else
  --help              this

\`start\` clones and installs: only with --only. A minute each is what most of them take.`

/**
 * What `npm run bench` is asked for. An option that cannot be used stops with a sentence.
 * @typedef {ReturnType<typeof readOptions>} Options
 * @param {string[]} args
 */
export function readOptions(args) {
  const { only, peers = false, ...flags } = parse(args)
  const left = flags.quick ? [...ASKED_FOR, ...LONG] : ASKED_FOR
  const names = only?.split(',').map(toMeasurement)
  const chosen = names ?? MEASUREMENTS.filter(name => !left.includes(name))
  return {
    quick: false,
    json: false,
    plots: false,
    help: false,
    ...flags,
    only: peers ? [...new Set([...chosen, /** @type {const} */ ('peers')])] : chosen,
  }
}

/** @param {string} name */
function toMeasurement(name) {
  const found = MEASUREMENTS.find(known => known === name)
  if (found) return found
  throw new Stop(`--only knows no "${name}": choose of ${MEASUREMENTS.join(', ')}.`)
}

const TEXT = /** @type {const} */ ({ type: 'string' })
const FLAG = /** @type {const} */ ({ type: 'boolean' })

/** @param {string[]} args */
function parse(args) {
  try {
    const texts = { only: TEXT, against: TEXT, profile: TEXT }
    const flags = { quick: FLAG, peers: FLAG, json: FLAG, plots: FLAG, help: FLAG }
    return parseArgs({ args, options: { ...texts, ...flags } }).values
  } catch (error) {
    // Its first sentence says what is wrong; what follows is advice for programmers.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/\. |\.$/)
    throw new Stop(`${sentence}.\n\n${USAGE}`)
  }
}
