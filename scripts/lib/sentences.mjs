import { Stop } from './stop.mjs'

const OF_ANOTHER =
  'it belongs to another user: run this as that user, or give this one the right to it'
/** @type {Record<string, string>} */
const REASONS = {
  EACCES: OF_ANOTHER,
  EPERM: OF_ANOTHER,
  EROFS:
    'it is in a place that can only be read: make that one that can be written to, or use a copy elsewhere',
  ENOSPC: 'the disk is full: make room there',
  EDQUOT: 'this user has no more room there: make some',
  ENOENT: 'it is not there: put it back, or make what it leads to',
  EISDIR: 'it is a folder, where a file is needed: move it away',
  ENOTDIR: 'a part of that path is a file, where a folder is needed: move it away',
  EMFILE: 'too many files are open: allow this user more of them',
}

/**
 * What is said at the end of a program: for what was foreseen, and for what the file system
 * refuses. Null for anything else.
 * @param {unknown} error
 */
export function toStop(error) {
  if (error instanceof Stop) return error
  if (!isFromFileSystem(error)) return null
  const { code = '', path, dest, message } = error
  const place = [path, dest].filter(Boolean).join(' and ') || 'A file'
  return new Stop(`${place} cannot be used (${code}): ${REASONS[code] ?? message}, then retry.`)
}

/**
 * The code that Node gives an error, or nothing.
 * @param {unknown} error
 */
export const codeOf = error => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** What only a file can be refused for, also where Node does not say which. */
const WITHOUT_PATH = ['EDQUOT', 'EIO', 'EISDIR', 'ENOSPC']

/**
 * Node's own errors of calls to the system, but for those of the network.
 * @param {unknown} error
 * @returns {error is NodeJS.ErrnoException & { dest?: string }}
 */
const isFromFileSystem = error =>
  error instanceof Error &&
  'errno' in error &&
  typeof error.errno === 'number' &&
  !('address' in error || 'hostname' in error) &&
  ('path' in error || WITHOUT_PATH.includes(codeOf(error)))
