import { LRUCache } from 'lru-cache'
import { expect, test, vi } from 'vitest'
import { createMemory } from '../../../lib/context/memory.ts'

test('what is remembered is bounded, and the one not asked for longest goes first', () => {
  const known = createMemory<{ n: number }>(3)
  for (const n of [1, 2, 3]) known.set(`text ${n}`, { n })
  expect(known.get('text 1')).toEqual({ n: 1 })
  known.set('text 4', { n: 4 })
  expect([1, 2, 3, 4].map(n => known.get(`text ${n}`)?.n)).toEqual([1, undefined, 3, 4])
  expect(known.size()).toBe(3)
  for (let n = 0; n < 1000; n += 1) known.set(`more ${n}`, { n })
  expect(known.size()).toBe(3)
})

test('the text itself is not kept', () => {
  const names = vi.spyOn(LRUCache.prototype, 'set')
  createMemory().set('a credential', {})
  expect(names).toHaveBeenCalledOnce()
  expect(names.mock.calls[0]?.[0]).toMatch(/^[\w-]{43}$/)
  names.mockRestore()
})

test('nothing is known after it was emptied', () => {
  const known = createMemory()
  known.set('a', {})
  known.clear()
  expect([known.get('a'), known.size()]).toEqual([undefined, 0])
})
