/** A profile as Chromium's protocol has it: the tree of calls, and which of them was seen when. */
export type Profile = {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number }
    children?: number[]
  }[]
  samples?: number[]
}
export type Share = { part: string; share: number }

export const FRAMEWORK = 'Next, HTTP, streams'
const NOT_BUSY = '(idle)'
const OUTSIDE = new Map([
  [NOT_BUSY, NOT_BUSY],
  ['(garbage collector)', 'garbage'],
  ['(program)', 'other'],
  ['(root)', 'other'],
])
const CRYPTO =
  /node:(internal\/)?(crypto|webcrypto)|node_modules\/(jose|iron-session|iron-webcrypto|uncrypto)\//
const HTTP = /node:(_http|net|internal\/(streams|webstreams|stream_base|http|deps\/undici))/
const PARTS: [pattern: RegExp, part: string][] = [
  [CRYPTO, 'crypto'],
  [HTTP, FRAMEWORK],
  [/^wasm:|node_modules\/@?prisma|prisma\/\w+\/generated/, 'Prisma'],
  [/node_modules\/(better-sqlite3|pg|pg-\w+|redis|@redis)\//, 'drivers'],
  [/node_modules\/next\//, FRAMEWORK],
  [/node_modules\//, 'other packages'],
]
/** Our own code, by its folder: relative to the project, or to what was built of it. */
const OWN = /^(?:\.\.\/)*(lib\/\w+|server|app|proxy)(?=[/.])/

/** What part a file belongs to; null where that is whatever called it. */
export function partOf(file: string): string | null {
  const named = PARTS.find(([pattern]) => pattern.test(file))
  if (named) return named[1]
  if (file === '' || file.startsWith('node:')) return null
  const own = OWN.exec(file)?.[1]
  return own ? `ours: ${own}` : FRAMEWORK
}

/**
 * The share of each part in the samples in which the thread was busy, the greatest first. What the
 * runtime does for its caller counts as the caller's. `fileOf` says where code comes from.
 */
export function sharesOf(
  { nodes, samples = [] }: Profile,
  fileOf: (frame: Profile['nodes'][number]['callFrame']) => string,
): Share[] {
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map(one => [one, id])))
  const parts = new Map<number, string>()
  for (const { id, callFrame } of nodes) {
    const outside = OUTSIDE.get(callFrame.functionName)
    const caller = parts.get(callers.get(id) ?? 0)
    // What nobody called is Node's own loop.
    const inherited = caller === undefined || caller === 'other' ? FRAMEWORK : caller
    parts.set(id, outside ?? partOf(fileOf(callFrame)) ?? inherited)
  }
  const counts = new Map<string, number>()
  for (const sample of samples) {
    const part = parts.get(sample) ?? 'other'
    counts.set(part, (counts.get(part) ?? 0) + 1)
  }
  counts.delete(NOT_BUSY)
  const busy = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return [...counts]
    .map(([part, count]) => ({ part, share: count / busy }))
    .sort((a, b) => b.share - a.share)
}
