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
 * A setting as people write it: with `export` in front or not, spaces around the sign, in quotes or
 * not, a comment behind it. The `#` of a comment has a space before it, as in a shell: one inside a
 * word is part of the value, since a secret may hold it.
 */
const SETTING = /^\s*(?:export\s+)?(\w+)\s*=\s*(?:(["'`])(.*?)\2|(.*?))\s*(?:\s#.*)?$/

/**
 * The settings in the text of a file of `NAME=value` lines, in their order. Everything else in it
 * is left out.
 * @returns {{ name: string, value: string, line: number }[]} `line` counts from 1
 */
export function settingsIn(text) {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const [, name, , quoted, plain] = SETTING.exec(line) ?? []
    return name ? [{ name, value: quoted ?? plain, line: index + 1 }] : []
  })
}

/** What to put behind such a text for one more setting on a line of its own. */
export function lineAfter(text, name, value) {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const between = text === '' || text.endsWith('\n') ? '' : eol
  return `${between}${name}=${value}${eol}`
}

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
