import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { signedIn } from '../../fixtures/signed-in.ts'

test.each(MODES)(
  '%s: what a request asks for has a name, under which it is prepared',
  async mode => {
    const { client } = await signedIn(mode)
    const ask = () => client.send('/api/verify', { headers: { 'auth-mode': mode } })
    await ask()
    const query = vi.spyOn(pg.Client.prototype, 'query')
    expect((await ask()).status).toBe(204)
    const names = query.mock.calls.map(([said]) => (said as { name?: string }).name)
    expect(names).toEqual([expect.stringMatching(/^lookup \d+$/)])
    query.mockRestore()
  },
)

test('moments are the same as Prisma reads them, whatever the zone of this process', async () => {
  vi.stubEnv('TZ', 'Asia/Seoul')
  const { app, client } = await signedIn('session')
  await client.send('/api/verify')
  const stored = await app.database.session.findFirstOrThrow()
  const found = await app.sessions.find(stored.idHash)
  expect(found?.record).toEqual(stored)
  vi.unstubAllEnvs()
})
