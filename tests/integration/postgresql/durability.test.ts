import { expect, test } from 'vitest'
import { startApp } from '../../fixtures/app.ts'

test('every connection is durable and bounded, whatever the database would have it be', async () => {
  const app = await startApp()
  const { pathname } = new URL(app.config.databaseUrl)
  await app.database.$executeRawUnsafe(
    `ALTER DATABASE "${pathname.slice(1)}" SET synchronous_commit = off`,
  )
  const other = await startApp({ databaseUrl: app.config.databaseUrl })
  const setting = async (name: string) =>
    (
      await other.database.$queryRaw<{ value: string }[]>`SELECT current_setting(${name}) AS value`
    )[0]?.value
  expect(await setting('synchronous_commit')).toBe('on')
  expect(await setting('fsync')).toBe('on')
  expect(await setting('statement_timeout')).toBe('800ms')
  expect(await setting('lock_timeout')).toBe('800ms')
})
