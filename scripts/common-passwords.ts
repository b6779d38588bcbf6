import { readFileSync, writeFileSync } from 'node:fs'
import { dictionary } from '@zxcvbn-ts/language-common'
import { inRoot } from './lib/paths.mjs'

const LEAST = 15
const WORDS = 2000

// `node scripts/common-passwords.ts` writes the second list of lib/accounts/common-passwords.json
// anew. Real lists hold few passwords of 15 characters and more, since few were ever asked for so
// many: this makes them as people do, of the most popular shorter ones. The first list is written
// by hand and stays.
const file = inRoot('lib', 'accounts', 'common-passwords.json')
const data = JSON.parse(readFileSync(file, 'utf8'))
const popular = dictionary['passwords-common'].slice(0, WORDS).map(String)
const counting = '1234567890'.repeat(2)
const lengthened = popular.flatMap(word => [
  // The word again and again, and the word and as many digits as it takes.
  word.repeat(Math.ceil(LEAST / word.length)),
  word.length < LEAST ? word + counting.slice(0, LEAST - word.length) : word,
])
data.lengthened = [...new Set(lengthened)]
writeFileSync(file, `${JSON.stringify(data, null, 2)}\n`)
console.log(`${data.phrases.length} phrases, ${data.lengthened.length} made of popular words`)
