import { expect, test } from 'vitest'
import { startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { CONTRACT, ENDPOINTS } from '../../fixtures/contract.ts'

type Operation = {
  operationId: string
  summary: string
  security?: object[]
  'x-least-role'?: string
  parameters?: { name: string; in: string }[]
  requestBody?: {
    content: Record<string, { schema: { properties: object; additionalProperties: boolean } }>
  }
  responses: Record<string, object>
}

async function read() {
  const { body } = await createClient(await startApp()).send('/openapi.json')
  const paths: Record<string, Record<string, Operation>> = body.paths
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  )
  return { body, operations }
}

const inBraces = (path: string) => path.replaceAll('[', '{').replaceAll(']', '}')
const UNDESCRIBED = ['/api/[...unknown]', '/api/wire', '/openapi.json']

test('the description has every route with its methods, and no other', async () => {
  const { body, operations } = await read()
  expect(body.openapi).toMatch(/^3\.1\./)
  const described = operations.map(({ path, method }) => `${method} ${path}`)
  const contract = ENDPOINTS.filter(({ path }) => !UNDESCRIBED.includes(path))
  expect(described.sort()).toEqual(
    contract.map(({ method, path }) => `${method} ${inBraces(path)}`).sort(),
  )
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(
    operations.length,
  )
})

test('it says of each who may, what it takes, and that unknown members are refused', async () => {
  const { operations } = await read()
  for (const { path, method, operation } of operations) {
    const [, facts] = Object.entries(CONTRACT).find(([route]) => inBraces(route) === path) ?? []
    const { least = null, body } = facts?.[method as 'GET'] ?? {}
    const schema = operation.requestBody?.content['application/json']?.schema
    expect({
      path,
      method,
      least: operation['x-least-role'] ?? null,
      guarded: operation.security?.length ?? 0,
    }).toEqual({
      path,
      method,
      least,
      guarded: least ? 2 : 0,
    })
    expect({ path, method, members: Object.keys(schema?.properties ?? {}) }).toEqual({
      path,
      method,
      members: body ? expect.arrayContaining(Object.keys(body)) : [],
    })
    if (schema) expect(schema.additionalProperties).toBe(false)
    expect(operation.summary).toMatch(/^[A-Z].{3,}/)
    expect(Object.keys(operation.responses)).toContain('default')
    const named = (operation.parameters ?? []).map(({ name }) => `{${name}}`)
    expect(named).toEqual(path.match(/\{\w+\}/g) ?? [])
  }
})

test('says who may call, with what body, and what comes back, from the endpoints themselves', async () => {
  const { openapi, paths } = (await createClient(await startApp()).send('/openapi.json')).body
  expect(openapi).toBe('3.1.0')
  const write = paths['/api/notes'].post
  expect(write).toMatchObject({
    'x-least-role': 'editor',
    security: [{ session: [] }, { bearer: [] }],
  })
  expect(write.requestBody.content['application/json'].schema).toMatchObject({
    type: 'object',
    required: ['title', 'body'],
    additionalProperties: false,
  })
  expect(Object.keys(write.responses).sort()).toEqual(['201', '401', '403', '422', 'default'])
  // A form is refused as OAuth refuses it.
  expect(Object.keys(paths['/api/token/introspect'].post.responses).sort()).toEqual([
    '200',
    '400',
    'default',
  ])
  expect(paths['/api/session/sign-out'].post).not.toHaveProperty('requestBody')
  expect(paths['/api/notes/{id}'].delete.parameters).toEqual([
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  ])
})
