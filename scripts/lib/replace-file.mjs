import {
  chmodSync,
  chownSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'

/**
 * Puts something else into a file that people edit: written beside it and renamed, so that whoever
 * reads it meanwhile, or after a crash, finds the one or the other, whole. Its mode and its owner
 * stay, and so does a link that leads to it.
 * @param {string} file
 * @param {string | Buffer} content
 */
export function replaceFile(file, content) {
  const place = realpathSync(file)
  const { mode, uid, gid } = statSync(place)
  const fresh = `${place}.${process.pid}`
  try {
    writeFileSync(fresh, content, { mode: 0o600, flush: true })
    if (statSync(fresh).uid !== uid) chownSync(fresh, uid, gid)
    chmodSync(fresh, mode & 0o777)
    renameSync(fresh, place)
  } finally {
    rmSync(fresh, { force: true })
  }
}
