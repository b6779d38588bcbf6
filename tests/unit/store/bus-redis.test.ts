import { EventEmitter } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createRedisBus } from '../../../lib/store/bus-redis.ts'
import type { Redis } from '../../../lib/store/redis.ts'
import { createBus } from '../../../lib/wire/bus.ts'
import type { Step } from '../../../lib/wire/steps.ts'
import { listen, watch } from '../../fixtures/wire.ts'

/**
 * A Redis that is there and takes its time: what it was given and has not answered, and how to
 * answer it.
 */
function slowRedis() {
  const waiting: { text: string; answer(): void }[] = []
  const client = () =>
    Object.assign(new EventEmitter(), {
      isReady: true,
      subscribe: async () => undefined,
      publish: (_: string, text: string) =>
        new Promise<void>(answer => void waiting.push({ text, answer })),
    })
  const clients: EventEmitter[] = []
  const another = () => {
    const made = client()
    clients.push(made)
    return made
  }
  const settle = async () => {
    for (let count = 0; count < 20; count += 1) await Promise.resolve()
  }
  return {
    redis: { another } as unknown as Redis,
    waiting,
    settle,
    async connect() {
      for (const one of clients) one.emit('ready')
      await settle()
    },
  }
}

test('what waits for a slow Redis is bounded in bytes: the rest is told here alone, until it has caught up', async () => {
  const slow = slowRedis()
  const local = createBus(() => 0)
  const bus = createRedisBus(local, slow.redis)
  onTestFinished(() => bus.closeAll())
  bus.warmUp()
  await slow.connect()
  const mine = listen()
  watch(bus, 'a', mine.listener, null)
  const long = {
    id: '1',
    name: 'notes.read',
    detail: { text: 'x'.repeat(15_000) },
  } as unknown as Step
  for (let count = 0; count < 2000; count += 1) bus.channel('a').publish(long)
  const bytes = slow.waiting.reduce((sum, { text }) => sum + text.length, 0)
  expect(bytes).toBeLessThan(5 * 1024 * 1024)
  // What was not said is told to who watches here.
  expect(mine.got.length).toBeGreaterThan(1500)

  for (const { answer } of slow.waiting.splice(0)) answer()
  await slow.settle()
  bus.channel('a').publish(long)
  expect(slow.waiting).toHaveLength(1)
})
