import { expect, test, vi } from 'vitest'
import { createClock } from '../../../lib/clock.ts'
import { createBus } from '../../../lib/wire/bus.ts'
import type { Step } from '../../../lib/wire/steps.ts'
import type { Channel } from '../../../lib/wire/trace.ts'
import { createTrace } from '../../../lib/wire/tracer.ts'
import { listen } from '../../fixtures/wire.ts'

const clock = createClock(() => Date.parse('2030-01-02T03:04:05.678Z'))

function watched() {
  const steps: Step[] = []
  const bus = createBus(() => 0)
  const listener = {
    ...listen().listener,
    step: ({ text }: { text: string }) => void steps.push(JSON.parse(text)),
  }
  bus.watch('a', listener, null)
  return { steps, bus, channel: bus.channel('a') }
}

test('a step says when, where, in which order, and what', () => {
  const { steps, bus, channel } = watched()
  const trace = createTrace(channel, clock)
  trace.tell('notes.read', () => ({ count: 3 }), trace.since())
  trace.tell('note.deleted', () => ({ id: 'n' }))
  bus.flush()
  expect(steps).toEqual([
    {
      id: `${trace.id}:1`,
      traceId: trace.id,
      seq: 1,
      at: '2030-01-02T03:04:05.678Z',
      durationMicros: expect.any(Number),
      lane: 'store',
      name: 'notes.read',
      detail: { count: 3 },
    },
    expect.objectContaining({
      id: `${trace.id}:2`,
      seq: 2,
      durationMicros: null,
      detail: { id: 'n' },
    }),
  ])
  expect(steps[0]?.durationMicros).toBeGreaterThanOrEqual(0)
})

test('no request waits for what is told: it is put into words afterwards, in its order', async () => {
  const { steps, channel } = watched()
  const trace = createTrace(channel, clock)
  const worded: string[] = []
  for (const id of ['a', 'b'])
    trace.tell('note.deleted', () => {
      worded.push(id)
      return { id }
    })
  expect([worded, steps]).toEqual([[], []])
  await new Promise(resolve => setImmediate(resolve))
  expect([worded, steps.map(({ seq }) => seq)]).toEqual([
    ['a', 'b'],
    [1, 2],
  ])
})

test.each([
  ['the channel is moved', ({ channel }) => channel.move('b')],
  ['a sign-in is ended', ({ bus }) => bus.tellSignInEnded('h1', 'session', 'signed_out')],
  ['all streams are closed', ({ bus }) => bus.closeAll()],
  ['somebody else comes to watch', ({ bus }) => void bus.watch('a', listen().listener, null)],
] satisfies [string, (of: ReturnType<typeof watched>) => void][])(
  'what was done before is told before %s',
  (_, happens) => {
    const all = watched()
    createTrace(all.channel, clock).tell('note.deleted', () => ({ id: 'n' }))
    expect(all.steps).toEqual([])
    happens(all)
    expect(all.steps).toHaveLength(1)
  },
)

test('what cannot be told is said to the operator, and ends nothing', () => {
  const { steps, bus, channel } = watched()
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const trace = createTrace(channel, clock)
  trace.tell('note.deleted', () => {
    throw new Error('no words for it')
  })
  trace.tell('notes.read', () => ({ count: 1 }))
  bus.flush()
  expect(String(written.mock.calls[0]?.[0])).toContain('no words for it')
  expect(steps.map(({ name }) => name)).toEqual(['notes.read'])
  written.mockRestore()
})

test('each request has a name of its own', () => {
  const { channel } = watched()
  const ids = Array.from(
    { length: 50 },
    (_, index) => createTrace(index % 2 ? channel : null, clock).id,
  )
  expect(new Set(ids).size).toBe(50)
  for (const id of ids)
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})

const SILENT: [string, Channel | null][] = [
  ['there is no channel', null],
  ['nobody watches the channel', createBus(() => 0).channel('a')],
]

test.each(SILENT)(
  'recording costs nothing when %s: no detail is worked out, no clock is read',
  (_, channel) => {
    const detail = vi.fn(() => ({ count: 3 }))
    const now = vi.fn(() => new Date(0))
    const trace = createTrace(channel, { now })
    expect(trace.since()).toBe(0)
    trace.tell('notes.read', detail, trace.since())
    expect(detail).not.toHaveBeenCalled()
    expect(now).not.toHaveBeenCalled()
  },
)
