import { expect, test } from 'vitest'
import { startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { addressOf, CONTRACT, METHODS, type Method } from '../../fixtures/contract.ts'
import { ROUTES } from '../../fixtures/routes.ts'

test('the contract names every route there is, and no other', () => {
  expect(Object.keys(CONTRACT).sort()).toEqual(ROUTES.map(route => route.path).sort())
})

test.each(Object.keys(CONTRACT))(
  '%s answers the methods of the contract, and 405 with Allow to the others',
  async path => {
    const client = createClient(await startApp())
    const methods = CONTRACT[path] ?? {}
    const isAnswered = (method: Method) =>
      method in methods ||
      method === 'OPTIONS' ||
      (method === 'HEAD' && 'GET' in methods && path !== '/api/wire')
    const allow = METHODS.filter(isAnswered).join(', ')

    for (const method of METHODS.filter(method => !isAnswered(method))) {
      const answer = await client.send(addressOf(path), { method })
      expect({ method, status: answer.status, allow: answer.headers.get('allow') }).toEqual({
        method,
        status: 405,
        allow,
      })
      if (method !== 'HEAD') expect(answer.body.code).toBe('method_not_allowed')
    }
    const options = await client.send(addressOf(path), { method: 'OPTIONS' })
    expect({ status: options.status, allow: options.headers.get('allow') }).toEqual({
      status: 204,
      allow,
    })
  },
)

test('HEAD answers as GET does, without the body', async () => {
  const client = createClient(await startApp())
  for (const [path, methods] of Object.entries(CONTRACT)) {
    if (!methods.GET || path === '/api/wire') continue
    const get = await client.send(addressOf(path))
    const head = await client.send(addressOf(path), { method: 'HEAD' })
    const headers = (answer: typeof get) =>
      [...answer.headers].filter(([name]) => name !== 'authscope-trace')
    expect({ path, status: head.status, headers: headers(head) }).toEqual({
      path,
      status: get.status,
      headers: headers(get),
    })
    expect(head.body).toBeNull()
    expect(get.body).not.toBeNull()
  }
})
