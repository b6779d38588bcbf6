import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'

test.each(MODES)(
  'in %s mode what is asked as somebody else is refused everywhere, and nothing is done',
  async mode => {
    const app = await startApp()
    const editor = await createAccount(app, 'editor')
    const admin = await createAccount(app, 'admin')
    const client = createClient(app)
    await client.configure({ mode })
    await client.signIn(mode, 'admin@test.example')
    for (const { path, address, method, least, body } of ENDPOINTS) {
      if (least === null || (path === '/api/token/exchange' && mode === 'session')) continue
      const answer = await client.send(address, {
        method,
        body,
        headers: { 'auth-user': editor.id, 'auth-mode': mode },
      })
      expect({ path, method, status: answer.status, code: answer.body?.code }).toEqual({
        ...{ path, method, status: 409 },
        code: 'another_user',
      })
      expect(answer.setCookies).toEqual([])
    }
    expect(await app.database.user.count()).toBe(2)
    const same = await client.send('/api/me', { headers: { 'auth-user': admin.id } })
    expect([same.status, same.body.id]).toEqual([200, admin.id])
  },
)
