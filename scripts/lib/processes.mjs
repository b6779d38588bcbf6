import { readdirSync, readFileSync } from 'node:fs'

// What is known of other processes, read from /proc. Where there is none, nothing is.

/**
 * The process that started another, or that looks after it since: null when it is gone.
 * @param {number} pid
 */
export function parentOf(pid) {
  try {
    // The second field is the name in parentheses, which may hold anything.
    const [, parent] = /.*\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return Number(parent)
  } catch {
    return null
  }
}

/**
 * The words that a process was started with.
 * @param {number} pid
 */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/**
 * Every process that another has started, and those that they have started.
 * @param {number} pid
 */
export function descendantsOf(pid) {
  return descend(pid, everyProcess())
}

/**
 * @param {number} pid
 * @param {{ pid: number, parent: number | null }[]} all
 * @returns {number[]}
 */
function descend(pid, all) {
  const children = all.filter(({ parent }) => parent === pid)
  return children.flatMap(child => [child.pid, ...descend(child.pid, all)])
}

function everyProcess() {
  try {
    const names = readdirSync('/proc').filter(name => /^\d+$/.test(name))
    return names.map(name => ({ pid: Number(name), parent: parentOf(Number(name)) }))
  } catch {
    return []
  }
}
