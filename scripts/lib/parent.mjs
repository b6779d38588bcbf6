import { commandOf, parentOf } from './processes.mjs'

const BETWEEN_MILLISECONDS = 300

/**
 * npm starts scripts through a shell, and neither what npm is told nor its death need get any
 * further than that. So a script that npm started takes the end of either for the signal to end.
 */
export function followParent() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  // Some shells become the command they are told to run, and then npm is the parent itself.
  const isShell = commandOf(parent)[1] === '-c'
  const npm = isShell ? parentOf(parent) : null
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === null || parentOf(parent) === npm)) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, BETWEEN_MILLISECONDS)
  timer.unref()
}
