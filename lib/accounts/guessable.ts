import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { COMMON, isCommonPassword, plain, WORDS_OF_THIS_APP } from './common-passwords.ts'

// Only the password workers load this file: an estimate takes up to a tenth of a second, and the
// dictionaries some 30 MB.

/** Code points that are looked at. A password is held to what its first ones are worth. */
const LOOKED_AT = 64
/**
 * The scores of zxcvbn that are enough: 10^10 guesses for a password as it is, and 10^8 without its
 * spaces and punctuation, which hide a saying from the estimate and are worth little to a guesser.
 */
const ENOUGH = { asItIs: 4, plain: 3 }
/** Shorter pieces of a name are found in any text. */
const LEAST_OF_A_WORD = 3
/** What is left beside the person's own words must be more than a date. */
const A_DATE = 6

/** Whom a password belongs to. Whoever guesses it knows as much. */
export type Person = { name: string; email: string }

const estimate = new ZxcvbnFactory({
  dictionary: { ...dictionary, ours: [...WORDS_OF_THIS_APP, ...COMMON] },
  graphs: adjacencyGraphs,
  maxLength: LOOKED_AT,
  // More are not worth their time: it grows with them.
  l33tMaxSubstitutions: 10,
})

/** The person's name and address, whole and in their words, longest first (ASVS 5.0, 6.2.11). */
function wordsOf({ name, email }: Person): string[] {
  const words = [name, email]
    .flatMap(text => [text, ...text.split(/[^\p{L}\p{M}\p{N}]+/u)])
    .map(plain)
  return [...new Set(words)]
    .filter(word => [...word].length >= LEAST_OF_A_WORD)
    .sort((one, other) => other.length - one.length)
}

/**
 * Whether somebody who tries the likely ones first would soon find this password: a common one,
 * runs of keys, words and digits, what is known of the person. No rule says what it must contain
 * (ASVS 5.0, 6.2.4, 6.2.5 and 6.2.11). The password is in its normal form, NFKC.
 */
export function isGuessable(password: string, person: Person): boolean {
  if (isCommonPassword(password)) return true
  const [letters, words] = [plain(password), wordsOf(person)]
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), letters)
  if (rest.length < letters.length && [...rest].length <= A_DATE) return true
  const scoreOf = (text: string) =>
    estimate.check([...text].slice(0, LOOKED_AT).join(''), words).score
  if (scoreOf(password) < ENOUGH.asItIs) return true
  // Where most of it is punctuation, that is what it is made of, and hides nothing.
  return letters.length * 2 >= password.length && scoreOf(letters) < ENOUGH.plain
}
