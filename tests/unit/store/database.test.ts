import { expect, test } from 'vitest'
import { isOutage, isTaken, StoreUnavailable } from '../../../lib/store/database.ts'

/** As Prisma hands over what PostgreSQL's adapter was told, by its kind or by its SQLSTATE. */
const driven = (cause: { kind: string; originalCode?: string }, code = 'P2010') =>
  Object.assign(new Error(`Raw query failed. ${cause.originalCode}`), {
    code,
    meta: { driverAdapterError: { cause } },
  })

const withCode = (code: string, message = 'failed') => Object.assign(new Error(message), { code })

test.each([
  new StoreUnavailable(),
  withCode('P1001'),
  withCode('P1008'),
  withCode('P1017'),
  withCode('P2024'),
  withCode('P2028'),
  withCode('SQLITE_BUSY'),
  withCode('SQLITE_IOERR_FSYNC'),
  withCode('SQLITE_FULL'),
  new Error('unable to open database file'),
  new Error('database is locked'),
  new TypeError('Cannot open database because the directory does not exist'),
  new Error('file is not a database'),
  new Error('database disk image is malformed'),
  withCode('P2034'),
  withCode('P2037'),
  driven({ kind: 'DatabaseNotReachable' }),
  driven({ kind: 'ConnectionClosed' }),
  driven({ kind: 'postgres', originalCode: '57P01' }),
  driven({ kind: 'postgres', originalCode: '57014' }),
  driven({ kind: 'postgres', originalCode: '08006' }),
  driven({ kind: 'TransactionWriteConflict', originalCode: '40P01' }),
  new Error('Query read timeout'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Connection terminated due to connection timeout'),
  new Error('Connection terminated unexpectedly'),
  withCode('ECONNREFUSED'),
  withCode('EHOSTUNREACH'),
])('%s is an outage', thrown => {
  expect(isOutage(thrown)).toBe(true)
})

test.each([
  withCode('P2002', 'Unique constraint failed'),
  withCode('P2003', 'Foreign key constraint failed'),
  withCode('P2025'),
  driven({ kind: 'UniqueConstraintViolation', originalCode: '23505' }),
  driven({ kind: 'postgres', originalCode: '42601' }),
  driven({ kind: 'postgres', originalCode: '22021' }),
  withCode('EACCES'),
  new TypeError('x is not a function'),
  'SQLITE_BUSY',
  null,
  undefined,
  { code: 'P1001' },
])('%s is none: it is a mistake of ours', thrown => {
  expect(isOutage(thrown)).toBe(false)
})

test('a value that is taken is told by its code alone', () => {
  expect(isTaken(withCode('P2002'))).toBe(true)
  for (const thrown of [
    withCode('P2003'),
    new Error('Unique constraint'),
    null,
    undefined,
    'P2002',
  ])
    expect(isTaken(thrown)).toBe(false)
})
