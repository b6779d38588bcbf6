import { expect, test } from 'vitest'
import { startApp } from '../../fixtures/app.ts'

test('every connection is durable and strict, and leaves waiting to what does not stop the process', async () => {
  const app = await startApp()
  const pragma = async (name: string) =>
    Object.values((await app.database.$queryRawUnsafe<object[]>(`PRAGMA ${name}`))[0] ?? {})[0]
  expect(await pragma('journal_mode')).toBe('wal')
  expect(Number(await pragma('synchronous'))).toBe(2)
  expect(Number(await pragma('foreign_keys'))).toBe(1)
  expect(Number(await pragma('busy_timeout'))).toBe(20)
})
