/** What one setting is, and where it stands: `line` counts from 1. */
export type Setting = { name: string; value: string; line: number }

/**
 * A setting as people write it: with `export` in front or not, spaces around the sign, in quotes or
 * not, a comment behind it. The `#` of a comment has a space before it, as in a shell: one inside a
 * word is part of the value, since a secret may hold it.
 */
const SETTING = /^\s*(?:export\s+)?(\w+)\s*=\s*(?:(["'`])(.*?)\2|(.*?))\s*(?:\s#.*)?$/

/**
 * The settings in the text of a file of `NAME=value` lines, in their order. Everything else in it
 * is left out. Node's `parseEnv` takes a `#` inside a value for a comment, and tells no line.
 */
export function settingsIn(text: string): Setting[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const [, name, , quoted, plain] = SETTING.exec(line) ?? []
    return name ? [{ name, value: quoted ?? plain ?? '', line: index + 1 }] : []
  })
}

/** What to put behind such a text for one more setting on a line of its own. */
export function lineAfter(text: string, name: string, value: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const between = text === '' || text.endsWith('\n') ? '' : eol
  return `${between}${name}=${value}${eol}`
}
