import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { has, inRoot, ownNode, root } from './paths.mjs'
import { codeOf } from './sentences.mjs'
import { hashOf, isStamped, stamp, unstamp } from './stamp.mjs'
import { announce, Stop, step } from './steps.mjs'
import { run } from './tools.mjs'

const STAMP = inRoot('node_modules', '.authscope-stamp')
const REEXECUTED = 'AUTHSCOPE_REEXECUTED'
const windows = process.platform === 'win32'

/**
 * Makes the project ready to run tools from: packages installed, and this script on Node 24. False:
 * a child did it.
 */
export async function toolchain() {
  process.chdir(root)
  checkNode()
  const reexecuted = process.env[REEXECUTED]
  delete process.env[REEXECUTED]
  if (!reexecuted) await step('Install', install)
  // Nothing a tool does here may call home.
  Object.assign(process.env, {
    NEXT_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  })
  process.env.PATH = [inRoot('node_modules', '.bin'), process.env.PATH].join(path.delimiter)
  return onOwnNode()
}

/**
 * Goes on in Node 24 when this is an older one. False if the work was done there, with its exit
 * code kept.
 */
export async function onOwnNode() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return true
  if (!existsSync(ownNode))
    throw new Stop('Node 24 is not installed yet. Run `npm start` once: it brings its own.')
  const child = spawn(ownNode, process.argv.slice(1), {
    // The channel tells the child when this process is gone, even by SIGKILL.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [REEXECUTED]: '1' },
  })
  // Ctrl-C in a terminal reaches the child by itself; what is sent to this process alone has to be
  // passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.exitCode = await new Promise(resolve =>
    child.on('close', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code)),
  )
  return false
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 11)) return
  throw new Stop(
    `This is Node ${process.versions.node}: install Node 20.11 or newer from https://nodejs.org, then retry.`,
  )
}

function checkNpm() {
  const agent = /^npm\/(\d+)/.exec(process.env.npm_config_user_agent ?? '')
  const [file, args, options] = npm(['--version'])
  const version = agent?.[1] ?? execFileSync(file, args, { ...options, encoding: 'utf8' })
  if (Number.parseInt(version, 10) >= 10) return
  throw new Stop(
    `This is npm ${version.trim()}: run \`npm install --global npm@latest\`, then retry.`,
  )
}

/**
 * How to call npm: the very one that called us, else the one on the PATH.
 * @param {string[]} args
 * @returns {[file: string, args: string[], options: { shell?: boolean }]}
 */
function npm(args) {
  const cli = process.env.npm_execpath ?? ''
  if (cli.endsWith('npm-cli.js'))
    return [process.env.npm_node_execpath ?? process.execPath, [cli, ...args], {}]
  return windows ? ['npm.cmd', args, { shell: true }] : ['npm', args, {}]
}

/**
 * @param {string[]} args
 * @param {string} advice
 */
async function runNpm(args, advice) {
  const [file, full, options] = npm([...args, '--no-audit', '--no-fund', '--loglevel=error'])
  await run(file, full, { ...options, advice })
}

async function install() {
  const hash = hashOf(['package-lock.json'])
  const complete = isStamped(STAMP, hash) || isComplete()
  const advice =
    'The packages could not be installed: check the network connection, then run the command again.'
  if (complete && existsSync(ownNode)) {
    noteComplete(hash)
    return 'unchanged'
  }
  checkNpm()
  announce('Installing the packages takes a minute or two')
  if (!complete) {
    unstamp(STAMP)
    // Windows cannot delete a program that runs, and `npm ci` would: there, only what changed is
    // replaced.
    const runsInside = windows && process.execPath.startsWith(inRoot('node_modules'))
    await runNpm([runsInside ? 'install' : 'ci', '--include=dev', '--ignore-scripts'], advice)
  }
  // Of all install scripts, only the one of `node` does something this app needs.
  if (!existsSync(ownNode)) await runNpm(['rebuild', 'node', '--ignore-scripts=false'], advice)
  stamp(STAMP, hash)
  return undefined
}

/**
 * Without the stamp, the packages are compared with the lock file each time, which does as well
 * where nothing can be written.
 * @param {string} hash
 */
function noteComplete(hash) {
  try {
    stamp(STAMP, hash)
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw error
  }
}

/** Whether somebody has already installed by hand what the lock file asks for. */
function isComplete() {
  if (!has('node_modules', '.package-lock.json')) return false
  const wanted = packagesIn('package-lock.json')
  const present = packagesIn('node_modules', '.package-lock.json')
  return Object.entries(wanted).every(
    ([name, { version, optional }]) =>
      name === '' || (present[name] ? present[name].version === version : optional === true),
  )
}

/**
 * @param {string[]} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
const packagesIn = (...file) => JSON.parse(readFileSync(inRoot(...file), 'utf8')).packages
