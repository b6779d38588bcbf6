import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { closureOf, filesOf, importsOf } from '../../scripts/lib/imports.ts'

/** The rooms of `lib`, from the ground up. What stands in one line may not import each other. */
const RANKS = [
  ['lib/clock.ts', 'lib/random.ts', 'lib/turns.ts'],
  ['lib/settings'],
  ['lib/config.ts'],
  ['lib/http', 'lib/wire'],
  ['lib/accounts'],
  ['lib/context'],
  ['lib/store'],
  ['lib/auth'],
  ['lib/app.ts'],
  ['lib/flows'],
  ['lib/api'],
]

/** Besides the way of a request: what runs in a browser, and what of `lib` it may import. */
const BESIDE: Record<string, RegExp> = {
  'lib/client': /^lib\/(settings|wire)\//,
  'lib/labs': /^lib\/(settings|wire|client|auth\/jwt)\//,
}

const FILES = filesOf('lib/**/*.ts')

const isIn = (room: string, file: string) => file === room || file.startsWith(`${room}/`)
const rankOf = (file: string) => RANKS.findIndex(rooms => rooms.some(room => isIn(room, file)))
const roomOf = (file: string) =>
  dirname(file) === 'lib' ? file : file.split('/').slice(0, 2).join('/')

test('every file of lib is in a room that has its rank', () => {
  expect(FILES.length).toBeGreaterThan(100)
  const homeless = FILES.filter(file => rankOf(file) < 0 && !(roomOf(file) in BESIDE))
  expect(homeless).toEqual([])
})

test('imports go down, those of types too', () => {
  const upward = FILES.filter(file => rankOf(file) >= 0).flatMap(file =>
    importsOf(file).files.flatMap(imported => {
      const isDown = rankOf(imported) < rankOf(file) && rankOf(imported) >= 0
      const isOutside = !imported.startsWith('lib/')
      return isDown || isOutside || roomOf(imported) === roomOf(file)
        ? []
        : [`${file} → ${imported}`]
    }),
  )
  expect(upward).toEqual([])
})

test.each(Object.entries(BESIDE))('%s imports only what may be in a page', (room, allowed) => {
  const others = FILES.filter(file => roomOf(file) === room).flatMap(file =>
    importsOf(file).files.flatMap(imported =>
      roomOf(imported) === room || allowed.test(imported) ? [] : [`${file} → ${imported}`],
    ),
  )
  expect(others).toEqual([])
})

test('no file imports itself by way of others', () => {
  const circles = FILES.filter(file => closureOf(importsOf(file).files).files.includes(file))
  expect(circles).toEqual([])
})
