import { expect, test } from 'vitest'
import { inTurn, median, percentilesOf, spreadOf } from '../../bench/measure.ts'

test('the median is the middle one, or between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})

test('a spread has the least and the most beside it', () => {
  expect(spreadOf([0.9, 0.5, 0.7])).toEqual({ median: 0.7, least: 0.5, most: 0.9 })
})

test('a percentile is what so many of a hundred stay below', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)
  expect(percentilesOf(hundred)).toEqual({ p50: 51, p95: 96, p99: 100 })
})

test('each round begins with another, and each is measured once in it', async () => {
  const order: string[] = []
  await inTurn(['a', 'b', 'c'], 3, async (one, round) => {
    order.push(`${one}${round}`)
  })
  expect(order.join(' ')).toBe('a0 b0 c0 b1 c1 a1 c2 a2 b2')
})
