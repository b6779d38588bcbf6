import { expect, test } from 'vitest'
import { createClock, plusSeconds, secondsBetween, toNumericDate } from '../../lib/clock.ts'

test('the clock follows the wall clock, and never runs backwards', () => {
  let wall = 1000
  const clock = createClock(() => wall)
  expect(clock.now().getTime()).toBe(1000)
  wall = 5000
  expect(clock.now().getTime()).toBe(5000)
  wall = 2000
  expect(clock.now().getTime()).toBe(5000)
  wall = 5001
  expect(clock.now().getTime()).toBe(5001)
})

test('a date that was handed out is nobody else’s to change', () => {
  const clock = createClock(() => 1000)
  clock.now().setTime(9_999_999)
  expect(clock.now().getTime()).toBe(1000)
})

test.each([
  [0, 0, 0],
  [0, 1, 1],
  [0, 999, 1],
  [0, 1000, 1],
  [0, 1001, 2],
  [5000, 0, 0],
])('from %i ms to %i ms are %i whole seconds to wait', (from, to, seconds) => {
  expect(secondsBetween(new Date(from), new Date(to))).toBe(seconds)
})

test('a numeric date is in whole seconds, rounded down', () => {
  expect(toNumericDate(new Date(1999))).toBe(1)
  expect(plusSeconds(new Date(1500), 2).getTime()).toBe(3500)
})
