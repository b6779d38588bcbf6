import { globSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'

/** Names and words that only the strength library and its dictionaries have. */
const MARKS = /bruteforceCardinality|guessesLog10|polniypizdec|zxcvbn/

const marked = (pattern: string) => {
  const files = globSync(pattern).sort()
  return { files, found: files.filter(file => MARKS.test(readFileSync(file, 'utf8'))) }
}

test('how easily a password is guessed is looked at by workers alone: no page loads what that takes', () => {
  const pages = marked('.next/static/**/*.js')
  expect(pages.files.length).toBeGreaterThan(5)
  expect(pages.found).toEqual([])
  // It is in the build: else nothing would be found anywhere.
  const server = marked('.next/server/**/*.js').found
  expect(server.length).toBeGreaterThan(0)
  expect(server.filter(file => !file.includes('password_worker'))).toEqual([])
})
