import { expect, test } from 'vitest'
import { type Attempt, createThrottle } from '../../../lib/auth/throttle.ts'
import { type Attempts, createAttempts, LAPSE, WINDOW } from '../../../lib/store/attempts.ts'
import { createTrace } from '../../../lib/wire/tracer.ts'
import { startApp, type TestApp } from '../../fixtures/app.ts'
import { seeds } from '../../fixtures/portion.ts'
import { createRandom } from '../../walk/random.ts'

/**
 * How far the clocks of three instances are ahead, in seconds: each as far off as is tolerated, or
 * right.
 */
const AHEAD = [0, 5, -5]
const APART = 10
/** Low, so that it is reached again and again. */
const LIMIT = 2

/**
 * The last is the first of 150 in which an end that trusts its own clock alone tells one guess too
 * many.
 */
const SEEDS = seeds([1, 2, 3, 149], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 149])

class WouldWait extends Error {}

/** Attempts in the database of an app, except that what would have to wait says so at once. */
function withoutWaiting(app: TestApp): Attempts {
  const attempts = createAttempts(app.database)
  return {
    ...attempts,
    async claim(...args) {
      if (await attempts.claim(...args)) return true
      throw new WouldWait()
    },
  }
}

const unlessFull = <T>(work: Promise<T>): Promise<T | null> =>
  work.catch(thrown => {
    if (thrown instanceof WouldWait) return null
    throw thrown
  })

/**
 * Guesses at random on three instances, each taking its time; some are not ended. Told are
 * failures, by the true time in seconds.
 */
async function walk(app: TestApp, seed: number) {
  const random = createRandom(seed)
  const started = Date.now()
  let now = 0
  const instances = AHEAD.map(ahead => {
    const clock = { now: () => new Date(started + (now + ahead) * 1000) }
    return {
      throttle: createThrottle(withoutWaiting(app), clock, 'a pepper'),
      trace: createTrace(null, clock),
    }
  })
  const underWay: { attempt: Attempt; since: number }[] = []
  const told: number[] = []
  let lastBegun = Number.NEGATIVE_INFINITY
  let mostAtOnce = 0
  let letIn = 0

  async function begin() {
    const { throttle, trace } = random.pick(instances) ?? (instances[0] as never)
    const attempt = await unlessFull(
      throttle.begin(trace, [{ per: 'sign_in', key: `seed ${seed}`, limit: LIMIT }]),
    )
    const since = (age: number) => told.filter(at => now - at < age).length
    const isQuiet = now - lastBegun > LAPSE + APART
    // Nobody honest is turned away: where too few have failed and nothing can be under way,
    // everybody is let in.
    if (isQuiet && since(WINDOW + APART) < LIMIT) expect(attempt).toMatchObject({ ok: true })
    if (attempt && !attempt.ok) expect(since(WINDOW + APART)).toBeGreaterThanOrEqual(LIMIT)
    if (!attempt?.ok) return
    letIn += 1
    lastBegun = now
    underWay.push({ attempt: attempt.value, since: now })
  }

  async function end() {
    const [chosen] = underWay.splice(random.between(0, Math.max(0, underWay.length - 1)), 1)
    if (!chosen) return
    const outcome =
      random.pick(['failed', 'failed', 'failed', 'passed', 'not_tried'] as const) ?? 'failed'
    const ended = await unlessFull(chosen.attempt.end(outcome))
    const isAlone = now - Math.max(lastBegun, chosen.since) > LAPSE + APART
    if (isAlone && told.filter(at => now - at < WINDOW + APART).length < LIMIT)
      expect(ended).toMatchObject({ ok: true })
    if (ended?.ok && now - chosen.since > LAPSE) lastBegun = now
    if (ended?.ok && outcome === 'failed') told.push(now)
    mostAtOnce = Math.max(mostAtOnce, told.filter(at => now - at < WINDOW - APART).length)
  }

  for (let step = 0; step < 200; step += 1) {
    await random.pick([begin, begin, begin, begin, end, end])?.()
    now += random.pick([0, 0, 0, 0, 0, 2, 9, 9, 22, 22, 31, 950]) ?? 0
  }
  return { mostAtOnce, letIn }
}

test('whatever their order and however slow, no more guesses are told than the limit, and who may is let in', async () => {
  const app = await startApp()
  let most = 0
  let letIn = 0
  for (const seed of SEEDS) {
    const walked = await walk(app, seed)
    expect([seed, walked.mostAtOnce]).toEqual([seed, Math.min(walked.mostAtOnce, LIMIT)])
    most = Math.max(most, walked.mostAtOnce)
    letIn += walked.letIn
  }
  // The walk comes to where the limit is: else it would have shown nothing.
  expect(most).toBe(LIMIT)
  expect(letIn).toBeGreaterThan(15 * SEEDS.length)
})
