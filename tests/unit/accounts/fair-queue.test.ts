import { expect, test } from 'vitest'
import { FairQueue } from '../../../lib/accounts/fair-queue.ts'
import { portion } from '../../fixtures/portion.ts'
import { createRandom } from '../../walk/random.ts'

type Job = { name: string; path: string[] }

/** A queue, and jobs named by their path and a number: `a/x/1`. */
function started(limit = 1000) {
  const queue = new FairQueue<Job>(limit)
  const push = (name: string) => {
    const path = name.split('/').slice(0, -1)
    return queue.push({ name, path }, path)?.name ?? null
  }
  const order = () => {
    const names: string[] = []
    for (let job = queue.next(); job; job = queue.next()) names.push(job.name)
    return names.join(' ')
  }
  return { queue, push, order }
}

const pushAll = (push: (name: string) => unknown, names: string) => names.split(' ').map(push)

test('networks take turns, however many wait in one', () => {
  const { push, order } = started()
  pushAll(push, 'a/x/1 a/x/2 a/x/3 b/y/1 b/y/2 c/z/1')
  expect(order()).toBe('a/x/1 b/y/1 c/z/1 a/x/2 b/y/2 a/x/3')
})

test('within a network accounts take turns', () => {
  const { push, order } = started()
  pushAll(push, 'a/x/1 a/x/2 a/y/1 b/z/1 b/z/2 b/z/3')
  expect(order()).toBe('a/x/1 b/z/1 a/y/1 b/z/2 a/x/2 b/z/3')
})

test('a /48 is one network among others, and the /64s within it take its turns', () => {
  const { push, order } = started()
  pushAll(push, '48/one/x/1 48/one/x/2 48/two/y/1 48/two/y/2 four/z/1 four/z/2')
  expect(order()).toBe('48/one/x/1 four/z/1 48/two/y/1 four/z/2 48/one/x/2 48/two/y/2')
})

test('when it is full, the newest of the longest network has to go', () => {
  const { push, order } = started(4)
  expect(pushAll(push, 'a/x/1 a/y/1 a/x/2 b/z/1')).toEqual([null, null, null, null])
  expect(push('c/z/1')).toBe('a/x/2')
  expect(push('a/x/3')).toBe('a/x/3')
  expect(order()).toBe('a/x/1 b/z/1 c/z/1 a/y/1')
})

test('of a /48 that is the longest, the longest /64 has to give', () => {
  const { push } = started(4)
  pushAll(push, '48/one/x/1 48/one/y/1 48/two/z/1 four/z/1')
  expect(push('five/z/1')).toBe('48/one/y/1')
})

test('where all are equally long, the newcomer has to go', () => {
  const { push } = started(3)
  pushAll(push, 'a/x/1 b/x/1 c/x/1')
  expect(push('d/x/1')).toBe('d/x/1')
})

test('who goes away takes nobody’s turn', () => {
  const { queue, push, order } = started()
  const gone = { name: 'b/y/1', path: ['b', 'y'] }
  pushAll(push, 'a/x/1 a/x/2')
  queue.push(gone, gone.path)
  pushAll(push, 'c/z/1')
  expect(queue.remove(gone)).toBe(true)
  expect(queue.remove(gone)).toBe(false)
  expect(queue.length).toBe(3)
  expect(order()).toBe('a/x/1 c/z/1 a/x/2')
})

// Whatever comes and goes, these hold: found by search, the same again for the same seed.

const NETWORKS = ['a', 'b', 'c', '48/one', '48/two', '48/three', '56/one']
const ACCOUNTS = ['x', 'y', 'z']
const LIMIT = 12

/** A line that was empty when somebody came, and the lines beside it that had a turn since. */
type Newcomer = { line: string; beside: string; served: Set<string> }

const nameOf = (path: string[]) => `${path.join('/')}/`
const isIn = (line: string) => (job: Job) => nameOf(job.path).startsWith(line)

/**
 * The newest of the longest network, as the rule says it; within a network, of the longest in it.
 */
function whoHasToGo(waiting: Job[]): Job | undefined {
  const newestOfLongest = (among: Job[], depth: number) => {
    const lengthOf = (job: Job) => among.filter(isIn(nameOf(job.path.slice(0, depth)))).length
    const longest = Math.max(...among.map(lengthOf))
    return among.filter(job => lengthOf(job) === longest).at(-1)
  }
  const newest = newestOfLongest(waiting, 1)
  if (newest?.path.length !== 3) return newest
  return newestOfLongest(waiting.filter(isIn(nameOf(newest.path.slice(0, 1)))), 2)
}

function search(seed: number) {
  const random = createRandom(seed)
  const queue = new FairQueue<Job>(LIMIT)
  // In the order in which they came.
  const waiting: Job[] = []
  const newcomers = new Set<Newcomer>()
  const seen = { refused: 0, refusedOther: 0, newcomers: 0 }

  function leave(job: Job) {
    waiting.splice(waiting.indexOf(job), 1)
    for (const one of newcomers) if (!waiting.some(isIn(one.line))) newcomers.delete(one)
  }

  function come(number: number) {
    const path = [...(random.pick(NETWORKS) ?? '').split('/'), random.pick(ACCOUNTS) ?? '']
    const job = { name: `${nameOf(path)}${number}`, path }
    path.forEach((_, depth) => {
      const [line, beside] = [nameOf(path.slice(0, depth + 1)), nameOf(path.slice(0, depth))]
      if (waiting.some(isIn(line))) return
      newcomers.add({ line, beside: depth === 0 ? '' : beside, served: new Set() })
      seen.newcomers += 1
    })
    waiting.push(job)
    const isForetold = queue.wouldRefuse(path)
    const refused = queue.push(job, path)
    expect(isForetold).toBe(refused === job)
    expect(refused !== null).toBe(waiting.length > LIMIT)
    if (!refused) return
    expect({ seed, refused }).toEqual({ seed, refused: whoHasToGo(waiting) })
    seen.refused += 1
    if (refused !== job) seen.refusedOther += 1
    leave(refused)
  }

  function serve() {
    const job = queue.next()
    if (!job) return expect(waiting).toEqual([])
    // Each that waits is taken, and taken once.
    expect(waiting).toContain(job)
    for (const one of newcomers) {
      if (isIn(one.line)(job)) newcomers.delete(one)
      else if (isIn(one.beside)(job)) {
        const depth = one.line.split('/').length - 1
        const other = nameOf(job.path.slice(0, depth))
        expect({ seed, one: one.line, other, again: one.served.has(other) }).toMatchObject({
          again: false,
        })
        one.served.add(other)
      }
    }
    leave(job)
  }

  function goAway() {
    const job = random.pick(waiting)
    if (!job) return
    expect(queue.remove(job)).toBe(true)
    leave(job)
  }

  for (let number = 0; number < 200; number += 1) {
    const what = random.between(1, 12)
    if (what <= 7) come(number)
    else if (what <= 11) serve()
    else goAway()
    expect(queue.length).toBe(waiting.length)
  }
  while (waiting.length > 0) serve()
  expect(queue.next()).toBeUndefined()
  return seen
}

test('whatever comes and goes: newcomers wait for one turn of each other, nothing is lost', () => {
  const seeds = portion(50, 1000)
  const all = Array.from({ length: seeds }, (_, seed) => search(seed))
  // The search went where the rules matter.
  for (const what of ['refused', 'refusedOther', 'newcomers'] as const)
    expect(all.reduce((sum, seen) => sum + seen[what], 0)).toBeGreaterThan(5 * seeds)
})
