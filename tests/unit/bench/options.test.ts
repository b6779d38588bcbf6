import { expect, test } from 'vitest'
import { MEASUREMENTS, readOptions } from '../../../scripts/lib/bench-options.mjs'

test('what is not asked for by name is everything that installs nothing', () => {
  const { only, ...flags } = readOptions([])
  expect(only).toEqual(MEASUREMENTS.filter(name => name !== 'start' && name !== 'peers'))
  expect(flags).toEqual({ quick: false, json: false, plots: false, help: false })
  expect(readOptions(['--quick']).only).toEqual(['requests', 'wire', 'bytes'])
  expect(readOptions(['--quick', '--only', 'growth']).only).toEqual(['growth'])
  expect(readOptions(['--peers']).only).toEqual([...only, 'peers'])
})

test('what is asked for by name is measured alone', () => {
  const args = ['--only', 'storm,start', '--json', '--quick', '--against=then.json']
  expect(readOptions(args)).toMatchObject({
    only: ['storm', 'start'],
    json: true,
    quick: true,
    against: 'then.json',
  })
  expect(readOptions(['--only', 'requests', '--peers']).only).toEqual(['requests', 'peers'])
})

test.each([
  [['--only', 'speed'], '--only knows no "speed": choose of requests, wire'],
  [['--fast'], "Unknown option '--fast'."],
  [['more'], "Unexpected argument 'more'."],
])('an option that cannot be used is said in one sentence: %o', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence)
})
