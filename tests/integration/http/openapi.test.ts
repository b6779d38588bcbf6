import { expect, test } from 'vitest'
import { startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { CONTRACT } from '../../fixtures/contract.ts'

/** Answers with a stream, or with nothing but 404, or is the description itself. */
const NOT_DESCRIBED = new Set(['/api/wire', '/api/[...unknown]', '/openapi.json'])

test('describes every route and method of the contract, and no other', async () => {
  const { paths } = (await createClient(await startApp()).send('/openapi.json')).body
  const described = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method} ${path}`),
  )
  const contract = Object.entries(CONTRACT)
    .filter(([path]) => !NOT_DESCRIBED.has(path))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toLowerCase()} ${path.replaceAll(/\[(\w+)\]/g, '{$1}')}`),
    )
  expect(described.sort()).toEqual(contract.sort())
})

test('says who may call, with what body, and what comes back, from the endpoints themselves', async () => {
  const { openapi, paths } = (await createClient(await startApp()).send('/openapi.json')).body
  expect(openapi).toBe('3.1.0')
  const write = paths['/api/notes'].post
  expect(write).toMatchObject({ 'x-least-role': 'editor', security: [{ session: [] }, { bearer: [] }] })
  expect(write.requestBody.content['application/json'].schema).toMatchObject({
    type: 'object',
    required: ['title', 'body'],
    additionalProperties: false,
  })
  expect(Object.keys(write.responses).sort()).toEqual(['201', '401', '403', '422', 'default'])
  expect(paths['/api/session/sign-out'].post).not.toHaveProperty('requestBody')
  expect(paths['/api/notes/{id}'].delete.parameters).toEqual([
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  ])
})
