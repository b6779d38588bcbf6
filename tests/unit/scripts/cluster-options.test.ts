import { expect, test } from 'vitest'
import { readOptions } from '../../../scripts/lib/cluster-options.mjs'
import { checkServers } from '../../../scripts/rig/cluster-servers.ts'

test('what is not asked for is three instances in turn, with sessions in the database', () => {
  expect(readOptions([])).toEqual({
    store: 'database',
    balance: 'round-robin',
    instances: 3,
    help: false,
  })
  const all = ['--store', 'memory', '--balance=sticky', '--instances', '9']
  expect(readOptions(all)).toEqual({
    store: 'memory',
    balance: 'sticky',
    instances: 9,
    help: false,
  })
})

test.each([
  [['--store', 'disk'], '--store is "disk": choose one of database, memory, redis, memcached.'],
  [['--balance', 'random'], '--balance is "random": choose one of round-robin, sticky.'],
  [['--instances', '0'], '--instances is "0": choose a number from 1 to 9.'],
  [['--instances', '10'], '--instances is "10": choose a number from 1 to 9.'],
  [['--instances', 'x'], '--instances is "x": choose a number from 1 to 9.'],
])('an option that cannot be used is said in one sentence: %o', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence)
})

test.each([
  [['--speed', '9'], /^Unknown option '--speed'.*: say npm run cluster -- \[--store /],
  [['rolling'], /^Unexpected argument 'rolling'.*: say npm run cluster -- /],
  [['--store'], /^Option '--store.*: say npm run cluster -- /],
])(
  'an option that there is none of is answered with those that there are: %o',
  (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence)
  },
)

test('a database in one file is refused with the way out', () => {
  const environment = { NODE_ENV: 'test', DATABASE_URL: 'file:./authscope.db' } as const
  expect(() => checkServers({ store: 'database' }, environment)).toThrow(
    /^(DATABASE_URL leads to a SQLite file|A cluster needs nginx).*\.$/,
  )
})
