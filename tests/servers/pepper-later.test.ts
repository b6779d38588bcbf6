import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { applyMigrations } from '../../scripts/lib/migrate.ts'
import { checkPepper } from '../../scripts/lib/pepper.ts'
import { startPostgresql } from '../../scripts/rig/postgresql.ts'
import { locate } from '../../scripts/rig/programs.ts'

const PEPPER = new URL('../../scripts/lib/pepper.ts', import.meta.url)
const RIGHT = 'the pepper of the tests: forty characters'
const WRONG = 'another pepper of tests: forty characters'

/** A server that has come as far as its pepper, and stays. */
function startWith(AUTHSCOPE_PEPPER: string, DATABASE_URL: string) {
  const program = `
    const { holdToPepper } = await import(${JSON.stringify(PEPPER.href)})
    setInterval(() => undefined, 60_000)
    await holdToPepper()
    console.log('goes on')`
  const env = { ...process.env, AUTHSCOPE_PEPPER, DATABASE_URL }
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  return {
    child,
    started: once(child.stdout, 'data'),
    ended: once(child, 'close'),
    said: () => said,
  }
}

test.skipIf(!locate('postgresql'))(
  'a server that starts while its database is away goes on, and ends when that is back and was made with another pepper',
  async () => {
    const server = await startPostgresql()
    onTestFinished(server.stop)
    await applyMigrations({ databaseUrl: server.url })
    expect(await checkPepper({ AUTHSCOPE_PEPPER: RIGHT, DATABASE_URL: server.url })).toBe(true)
    await server.down()
    const [wrong, right] = [startWith(WRONG, server.url), startWith(RIGHT, server.url)]
    await Promise.all([wrong.started, right.started])
    await server.up()
    expect(await wrong.ended).toEqual([1, null])
    expect(wrong.said()).toMatch(
      /^\nThe passwords in .* were hashed with another AUTHSCOPE_PEPPER: .*\n$/,
    )
    expect([right.child.exitCode, right.said()]).toEqual([null, ''])
  },
)
