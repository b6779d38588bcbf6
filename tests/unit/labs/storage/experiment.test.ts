import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  clean,
  createMarker,
  hashOf,
  KEYS,
  keepProgress,
  look,
  PLACES,
  plant,
  takeProgress,
} from '../../../../lib/labs/storage/experiment.ts'

/** Web storage as far as the experiment uses it. */
function createStorage() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

let page: {
  sessionStorage: ReturnType<typeof createStorage>
  localStorage: ReturnType<typeof createStorage>
}

beforeEach(() => {
  page = { sessionStorage: createStorage(), localStorage: createStorage() }
  vi.stubGlobal('window', page)
  vi.stubGlobal('sessionStorage', page.sessionStorage)
  clean()
})
afterEach(() => vi.unstubAllGlobals())

test('finds what was planted, in each place, and nothing once it is cleaned', async () => {
  const hash = await hashOf('a token')
  plant(KEYS.page, 'a token', PLACES)
  expect(await look(KEYS.page, hash, PLACES)).toEqual({
    memory: true,
    sessionStorage: true,
    localStorage: true,
  })
  expect(await look(KEYS.closed, hash, PLACES)).toEqual({
    memory: false,
    sessionStorage: false,
    localStorage: false,
  })
  clean()
  expect(await look(KEYS.page, hash, PLACES)).toEqual({
    memory: false,
    sessionStorage: false,
    localStorage: false,
  })
  expect([...page.sessionStorage.kept, ...page.localStorage.kept]).toEqual([])
})

test('takes another value in the same place for none', async () => {
  plant(KEYS.page, 'another token', PLACES)
  expect(await look(KEYS.page, await hashOf('a token'), ['memory', 'localStorage'])).toEqual({
    memory: false,
    localStorage: false,
  })
})

test('uses no place but those it is given', async () => {
  plant(KEYS.page, 'a token', ['memory', 'sessionStorage'])
  expect([...page.localStorage.kept]).toEqual([])
})

test('a place that refuses is one where nothing is found', async () => {
  Object.defineProperty(page, 'localStorage', {
    get: () => {
      throw new DOMException('refused', 'SecurityError')
    },
  })
  plant(KEYS.page, 'a token', PLACES)
  expect(await look(KEYS.page, await hashOf('a token'), PLACES)).toEqual({
    memory: true,
    sessionStorage: true,
    localStorage: false,
  })
  clean()
})

test('progress outlives one reload and no second one, and never holds the value', async () => {
  const progress = { hash: await hashOf('a token'), outcomes: { tab: { memory: false } } }
  keepProgress(progress)
  expect([...page.sessionStorage.kept.values()].join()).not.toContain('a token')
  expect(takeProgress()).toEqual(progress)
  expect(takeProgress()).toBeNull()
  page.sessionStorage.setItem('authscope.experiment.progress', '{broken')
  expect(takeProgress()).toBeNull()
})

test('makes a marker that is as hard to guess as a token', () => {
  expect(createMarker()).toMatch(/^[0-9a-f]{64}$/)
  expect(createMarker()).not.toBe(createMarker())
})
