import list from './common-passwords.json' with { type: 'json' }

/** Without case, spaces and punctuation, in one form of Unicode. */
export const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]/gu, '')

/**
 * What people choose when 15 characters are asked for; what it is made of stands in the list
 * (ASVS 5.0, 6.2.4).
 */
export const COMMON: ReadonlySet<string> = new Set([...list.phrases, ...list.lengthened].map(plain))

/** Words that nobody needs to know a person for, only this app (ASVS 5.0, 6.2.11). */
export const WORDS_OF_THIS_APP = [
  'authscope',
  'password',
  'session',
  'token',
  'cookie',
  'bearer',
  'admin',
  'editor',
  'reader',
  'wire',
  'watch',
  'demo',
  'the',
]

/**
 * Whether a password is a common one, one short piece repeated, or only words of this app and a
 * few digits.
 */
export function isCommonPassword(password: string): boolean {
  const letters = plain(password)
  if (letters === '' || COMMON.has(letters)) return true
  if (/^(.{1,4})\1+.{0,3}$/u.test(letters)) return true
  const rest = WORDS_OF_THIS_APP.reduce((left, word) => left.replaceAll(word, ''), letters)
  return rest.length <= 4 && /^\d*$/.test(rest)
}
