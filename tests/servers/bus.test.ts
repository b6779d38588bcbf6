import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createRedisBus } from '../../lib/store/bus-redis.ts'
import { openRedis } from '../../lib/store/redis.ts'
import { type Bus, createBus } from '../../lib/wire/bus.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { until } from '../fixtures/until.ts'
import { listen, step, watch } from '../fixtures/wire.ts'

type Shared = { start?(): Promise<Server>; open(server: string): (now?: () => number) => Bus }

const BUSES: Record<string, Shared> = {
  // One instance: whoever asks has the same one.
  memory: {
    open() {
      let bus: Bus | undefined
      return now => {
        bus ??= createBus(now)
        return bus
      }
    },
  },
  redis: {
    start: startRedis,
    open: server => now => {
      const redis = openRedis(server)
      const bus = createRedisBus(createBus(now), redis)
      onTestFinished(() => {
        bus.closeAll()
        redis.close()
      })
      return bus
    },
  },
}

const isHere = (name: string) => name !== 'redis' || locate('redis') !== null
const aWhile = () => new Promise(resolve => setTimeout(resolve, 200))

// What the wire must do, whichever instance a browser's stream and its requests are on.
describe.each(Object.entries(BUSES).map(([name, bus]) => ({ name, ...bus })))(
  '$name',
  ({ name, start, open }) => {
    const test = it.skipIf(!isHere(name))
    let server: Server | undefined
    beforeAll(async () => {
      if (isHere(name)) server = await start?.()
    })
    afterAll(() => server?.stop())

    /** Two instances that have met, and a code that nobody else uses. */
    async function instances() {
      const start = open(server?.url ?? '')
      const [here, there] = [start(), start()]
      const [a, b] = [`a-${crypto.randomUUID()}`, `b-${crypto.randomUUID()}`]
      const meeting = `meeting-${crypto.randomUUID()}`
      for (const [one, other] of [
        [here, there],
        [there, here],
      ] as const) {
        const stop = watch(one, `${meeting}`, listen().listener, null)
        await until(() => other.channel(meeting).isWatched())
        stop?.()
      }
      return { here, there, a, b, start }
    }

    test('what is published there reaches those who watch here, in order, and nobody else', async () => {
      const { here, there, a, b } = await instances()
      const [one, two, other] = [listen(), listen(), listen()]
      watch(here, a, one.listener, null)
      watch(here, a, two.listener, null)
      watch(there, b, other.listener, null)
      await until(() => there.channel(a).isWatched())
      for (let id = 0; id < 50; id += 1) there.channel(a).publish(step(id))
      await until(() => one.got.length === 50 && two.got.length === 50)
      expect(one.got).toEqual(Array.from({ length: 50 }, (_, id) => `${id}`))
      expect(two.got).toEqual(one.got)
      await aWhile()
      expect([one.got.length, other.got]).toEqual([50, []])
    })

    test('whether somebody watches is known everywhere, without asking', async () => {
      const { here, there, a, b } = await instances()
      expect(there.channel(a).isWatched()).toBe(false)
      watch(here, a, listen().listener, null)
      await until(() => there.channel(a).isWatched())
      expect(there.channel(b).isWatched()).toBe(false)
    })

    test('a browser that comes back to the other instance reads on after what it saw', async () => {
      const { here, there, a } = await instances()
      const first = listen()
      const stop = watch(here, a, first.listener, null)
      await until(() => there.channel(a).isWatched())
      for (let id = 0; id < 40; id += 2) {
        here.channel(a).publish(step(id))
        there.channel(a).publish(step(id + 1))
      }
      await until(() => first.got.length === 40)
      stop?.()
      there.channel(a).publish(step(40))
      await aWhile()
      for (const bus of [here, there]) {
        const again = listen()
        watch(bus, a, again.listener, first.got[17] ?? '')
        expect(again.got).toEqual([...first.got.slice(18), '40'])
      }
    })

    test('whose browser it is, told there, is known where its stream is', async () => {
      const { here, there, a, b } = await instances()
      const [mine, others] = [listen(), listen()]
      watch(here, a, mine.listener, null)
      watch(here, b, others.listener, null)
      await until(() => there.channel(a).isWatched() && there.channel(b).isWatched())
      there.channel(a).attach({ accountId: 'one', handle: 'h1' })
      there.channel(b).attach({ accountId: 'two', handle: 'h2' })
      await until(() => here.signInOf(a)?.handle === 'h1' && here.signInOf(b)?.handle === 'h2')
      there.tellSignInEnded('h1', 'session', 'because')
      await until(() => mine.closed() === 1)
      expect(mine.notices).toEqual([{ mode: 'session', because: 'because' }])
      there.tellSignInEnded('h1', 'session', 'again')
      there.closeForAccount('two')
      await until(() => others.closed() === 1)
      expect([mine.closed(), others.notices]).toEqual([1, []])
    })

    test('a channel that is moved there is emptied here, its streams are told, and what was under way is seen', async () => {
      const { here, there, a, b } = await instances()
      const mine = listen()
      watch(here, a, mine.listener, null)
      await until(() => there.channel(a).isWatched())
      there.channel(a).attach({ accountId: 'one', handle: 'h1' })
      there.channel(a).publish(step(1))
      await until(() => mine.got.length === 1 && here.signInOf(a) !== undefined)
      there.channel(a).move(b)
      await until(() => mine.moved() === 1)
      here.channel(a).publish(step('under way'))
      for (const bus of [here, there]) {
        const late = listen()
        watch(bus, a, late.listener, null)
        expect([late.got, late.moved(), bus.signInOf(a)]).toEqual([[], 1, undefined])
      }
      await until(() => mine.got.includes('under way') && here.channel(b).isWatched())
    })

    test('the steps of a sign-in that is ended there are kept nowhere', async () => {
      const { here, there, a } = await instances()
      const mine = listen()
      watch(here, a, mine.listener, null)
      await until(() => there.channel(a).isWatched())
      there.channel(a).attach({ accountId: 'one', handle: 'h1' })
      there.channel(a).publish(step(1))
      await until(() => mine.got.length === 1 && here.signInOf(a) !== undefined)
      there.tellSignInEnded('h1', 'session', 'because')
      await until(() => mine.closed() === 1)
      for (const bus of [here, there]) {
        const late = listen()
        watch(bus, a, late.listener, null)
        expect(late.got).toEqual([])
      }
    })

    test('an instance that is started later learns what is watched, and whose it is', async () => {
      const { here, there, a, start } = await instances()
      const mine = listen()
      const leave = watch(here, a, mine.listener, null)
      await until(() => there.channel(a).isWatched())
      there.channel(a).attach({ accountId: 'one', handle: 'h1' })
      await until(() => here.signInOf(a)?.handle === 'h1')
      const late = start()
      await until(() => late.channel(a).isWatched() && late.signInOf(a)?.handle === 'h1')
      late.channel(a).publish(step('late'))
      await until(() => mine.got.includes('late'))
      // And one that has never heard of it is told when the browser comes to it, though nobody else
      // has a listener any more.
      leave?.()
      const fresh = start()
      watch(fresh, a, listen().listener, null)
      await until(() => fresh.signInOf(a)?.handle === 'h1')
    })

    test('nobody is told of a browser that nobody watches, and nothing is kept for it', async () => {
      const { here, there, a } = await instances()
      there.channel(a).attach({ accountId: 'one', handle: 'h1' })
      there.channel(a).publish(step(1))
      await aWhile()
      const { got, listener } = listen()
      watch(here, a, listener, null)
      expect(got).toEqual([])
      expect(here.signInOf(a)).toBeUndefined()
    })
  },
)

describe.skipIf(!locate('redis'))('Redis away', () => {
  let server: Server
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  it.each([
    ['stopped', () => server.down(), () => server.up()],
    ['paused', () => server.pause(), () => server.resume()],
  ])(
    'a wire whose Redis is %s is quiet between instances, keeps nobody waiting, and goes on afterwards',
    async (_, away, back) => {
      const start = BUSES.redis?.open(server.url)
      const [here, there] = [start?.() as Bus, start?.() as Bus]
      const code = crypto.randomUUID()
      const [one, two] = [listen(), listen()]
      watch(here, code, one.listener, null)
      await until(() => there.channel(code).isWatched())
      await away()
      const since = performance.now()
      for (let id = 0; id < 1000; id += 1) {
        there.channel(code).publish(step(`away-${id}`))
        there.channel(code).attach({ accountId: 'one', handle: `h${id}` })
      }
      here.channel(code).publish(step('own'))
      watch(there, code, two.listener, null)
      there.tellSignInEnded('h', 'session', 'because')
      expect(performance.now() - since).toBeLessThan(500)
      await back()
      // What is on one instance was told there: at once where Redis was known to be away, else when
      // it was back.
      await until(async () => one.got.includes('own'))
      await until(async () => two.got.includes('away-999'))
      let id = 0
      const goesOn = async () => {
        id += 1
        there.channel(code).publish(step(`back-${id}`))
        return one.got.some(got => got.startsWith('back-'))
      }
      await until(goesOn)
    },
  )

  it('what is none of ours on the same Redis is passed over', async () => {
    const bus = BUSES.redis?.open(server.url)() as Bus
    const code = crypto.randomUUID()
    const { got, listener } = listen()
    watch(bus, code, listener, null)
    const redis = openRedis(server.url)
    onTestFinished(redis.close)
    const isHeard = () => redis.ask(client => client.publish('authscope:wire', 'no JSON'))
    await until(async () => (await isHeard()) > 0)
    const steps = ['{}', 'null', '1', '{"id":1}'].map(
      step => `{"from":"x","kind":"step","code":"${code}","step":${step}}`,
    )
    const watched = ['null', '{}', '[null]', '[{"code":{}}]'].map(
      channels => `{"from":"x","kind":"watched","channels":${channels}}`,
    )
    const others = [
      'null',
      '[]',
      '{}',
      '{"from":1}',
      '{"from":"x","kind":"other"}',
      '{"from":"x","kind":"attached"}',
    ]
    for (const text of [...steps, ...watched, ...others])
      await redis.ask(client => client.publish('authscope:wire', text))
    await redis.ask(client =>
      client.publish(
        'authscope:wire',
        JSON.stringify({ from: 'x', kind: 'step', code, step: step(1) }),
      ),
    )
    await until(() => got.length === 1)
  })
})
