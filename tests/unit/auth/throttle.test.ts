import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLines } from '../../../lib/auth/lines.ts'
import { createThrottle } from '../../../lib/auth/throttle.ts'
import type { Attempts } from '../../../lib/store/attempts.ts'
import { createTrace } from '../../../lib/wire/tracer.ts'

const clock = { now: () => new Date() }

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** Attempts of which as many can be under way as `room` says at the time, and none has failed. */
function stub(state: { room: number }) {
  const asked: string[] = []
  const attempts: Attempts = {
    failures: async limits => limits.map(() => ({ failures: 0, untilAt: null })),
    async claim(id) {
      asked.push(id)
      if (state.room === 0) return false
      state.room -= 1
      return true
    },
    fail: async () => true,
    release: async () => true,
    sweep: async () => 0,
  }
  return { asked, throttle: createThrottle(attempts, clock, 'a pepper') }
}

const begin = (throttle: ReturnType<typeof createThrottle>, who = 'somebody') =>
  throttle.begin(createTrace(null, clock), throttle.forSignedIn(who))

test('an attempt waits as long as those under way can last, and is told to come again then', async () => {
  const { asked, throttle } = stub({ room: 0 })
  const waiting = begin(throttle)
  await vi.advanceTimersByTimeAsync(29_000)
  expect(asked.length).toBeGreaterThan(10)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await waiting).toEqual({ ok: false, reason: 'passwords_busy', retryAfterSeconds: 5 })
})

test('of many that wait for the same limit one asks at a time, and they are let in in their order', async () => {
  const state = { room: 0 }
  const { asked, throttle } = stub(state)
  const order: number[] = []
  const waiting = [0, 1, 2, 3].map(async index => {
    await begin(throttle)
    order.push(index)
  })
  await vi.advanceTimersByTimeAsync(1_400)
  expect(asked.length).toBeLessThan(12)
  state.room = 4
  await vi.advanceTimersByTimeAsync(200)
  await Promise.all(waiting)
  expect(order).toEqual([0, 1, 2, 3])
})

test('who waits holds up nobody of another limit', async () => {
  const state = { room: 0 }
  const { throttle } = stub(state)
  const waiting = begin(throttle)
  await vi.advanceTimersByTimeAsync(0)
  state.room = 1
  expect(await begin(throttle, 'somebody else')).toMatchObject({ ok: true })
  state.room = 1
  await vi.advanceTimersByTimeAsync(200)
  expect(await waiting).toMatchObject({ ok: true })
})

test('a line goes on when one in it has failed, and waits for what is before it alone', async () => {
  const { inLine } = createLines()
  const failing = inLine('a', () => Promise.reject(new Error('broken')))
  const after = inLine('a', async () => 'done')
  await expect(failing).rejects.toThrow('broken')
  expect(await after).toBe('done')
})
