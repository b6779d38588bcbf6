import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { createAccount, PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { findRoute } from '../../fixtures/routes.ts'

test('a sign-in that is given up leaves the queue: nothing was looked at, and nothing failed', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const email = 'reader@test.example'
  // As many as there are workers keep them busy: at this cost each takes much longer than all the rest.
  const costly = '$2b$14$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzabcdefg'
  const busy = Array.from({ length: availableParallelism() }, () => app.passwords.verify(PASSWORD, costly))
  const route = await findRoute('/api/session/sign-in')
  const giveUp = async () => {
    const gone = new AbortController()
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' }
    const body = JSON.stringify({ email, password: PASSWORD })
    const init = { method: 'POST', headers, body, signal: gone.signal }
    const answer = route.call('POST', new Request('http://localhost:3000/api/session/sign-in', init))
    gone.abort()
    return (await answer).status
  }
  // More than the failures that are let through: none of them is one.
  for (let count = 0; count < 12; count += 1) expect(await giveUp()).toBe(503)
  expect(app.log.join('')).not.toContain('sign_in')
  expect(await app.database.session.count()).toBe(0)
  await Promise.all(busy)
  expect((await createClient(app).signIn('session', email)).status).toBe(200)
})
