import { sealData, unsealData } from 'iron-session'
import { expect, test } from 'vitest'
import { createSecret } from '../../../lib/random.ts'
import { liveFamilies, refreshHolder } from '../../fixtures/refresh.ts'

test('a refresh token that nobody was given is refused, and ends nobody’s sign-in', async () => {
  const { app, first, refresh, use } = await refreshHolder()
  const { sid, secret } = await unsealData<{ sid: string; secret: string }>(first, {
    password: app.passwordsFor.refresh,
    ttl: 3600,
  })
  const sealed = (data: object, password = app.passwordsFor.refresh) =>
    sealData(data, { password, ttl: 3600 })
  const forged = [
    'not-a-seal',
    secret,
    `${sid}.${secret}`,
    JSON.stringify({ sid, secret }),
    await sealed({ sid, secret }, { 1: 'a secret of an attacker, long enough.' }),
    await sealed({ sid, secret }, app.passwordsFor.session),
    await sealed({ sid, secret: [secret] }),
    await sealed({ sid: 'no-such-family', secret: createSecret() }),
  ]
  for (const value of forged) {
    const answer = await use(value)
    expect({ value, status: answer.status, code: answer.body.code }).toEqual({
      value,
      status: 401,
      code: 'invalid_refresh',
    })
  }
  expect(await liveFamilies(app)).toBe(1)
  expect((await refresh()).status).toBe(200)
})

test('without a refresh cookie there is nothing to refresh, whatever bearer comes', async () => {
  const { client } = await refreshHolder()
  const answer = await client.send('/api/token/refresh', {
    method: 'POST',
    headers: { cookie: '' },
  })
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated'])
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="authscope"')
})
