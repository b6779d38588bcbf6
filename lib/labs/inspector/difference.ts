import type { Members } from './reading.ts'

/** One member of two objects, written as JSON; null where it is not there. */
export type MemberChange = { name: string; was: string | null; is: string | null }

/** The members of both, in the order of the newer, what was removed last. */
export function compareMembers(was: Members, is: Members): MemberChange[] {
  const names = [...new Set([...Object.keys(is), ...Object.keys(was)])]
  return names.map(name => ({ name, was: written(was, name), is: written(is, name) }))
}

// JSON has no word for what a number like 1e400 becomes.
function written(members: Members, name: string): string | null {
  if (!Object.hasOwn(members, name)) return null
  const value = members[name]
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/**
 * A text in three: what it has in common with another at the beginning, what differs, and what they
 * have in common at the end.
 */
export function markDifference(
  was: string,
  is: string,
): [same: string, differs: string, same: string] {
  const shorter = Math.min(was.length, is.length)
  let head = 0
  while (head < shorter && was[head] === is[head]) head += 1
  let tail = 0
  while (tail < shorter - head && was.at(-1 - tail) === is.at(-1 - tail)) tail += 1
  return [is.slice(0, head), is.slice(head, is.length - tail), is.slice(is.length - tail)]
}
