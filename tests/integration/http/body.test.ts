import { expect, test } from 'vitest'
import { PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { expectSteps } from '../../fixtures/steps.ts'

const NEW = { email: 'new@test.example', name: 'New', password: PASSWORD }

async function signUp(rawBody: BodyInit, headers: Record<string, string> = {}) {
  const app = await startApp()
  const init = {
    method: 'POST',
    rawBody,
    headers: { 'content-type': 'application/json', ...headers },
  }
  const answer = await createClient(app).send('/api/accounts', init)
  return { app, answer, accounts: await app.accounts.list(null) }
}

/** A body that goes on for `mebibytes`, in pieces, and tells how much of it was read. */
function stream(mebibytes: number) {
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      if (sent >= mebibytes * 1024) return controller.close()
      sent += 1
      controller.enqueue(new Uint8Array(1024).fill(0x20))
    },
  })
  return { body, sentKibibytes: () => sent }
}

test.each([
  'text/plain',
  'text/plain;application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'application/json, text/plain',
  'application/json; charset=utf-16',
  'application/ld+json',
  '',
])('refuses the media type %j', async type => {
  const { answer, accounts } = await signUp(new TextEncoder().encode(JSON.stringify(NEW)), {
    'content-type': type,
  })
  expect({ status: answer.status, code: answer.body.code }).toEqual({
    status: 415,
    code: 'unsupported_media_type',
  })
  expect(accounts).toEqual([])
  expectSteps(answer.steps.slice(-3), 'input.refused access.refused response.sent')
})

test.each([
  'application/json',
  'Application/JSON',
  'application/json;charset=UTF-8',
  'application/json; charset="utf-8"',
])('accepts the media type %j', async type => {
  const { answer } = await signUp(JSON.stringify(NEW), { 'content-type': type })
  expect(answer.status).toBe(201)
})

test('a request without a body needs no media type', async () => {
  const client = createClient(await startApp())
  const answer = await client.send('/api/session/sign-out', {
    method: 'POST',
    rawBody: '',
    headers: { 'content-type': '' },
  })
  expect(answer.status).toBe(204)
})

test('refuses a body over 16 KiB by what it says of itself, before it is read', async () => {
  const { body, sentKibibytes } = stream(1)
  const { answer } = await signUp(body, { 'content-length': '16385' })
  expect({ status: answer.status, code: answer.body.code }).toEqual({
    status: 413,
    code: 'body_too_large',
  })
  expect(sentKibibytes()).toBeLessThanOrEqual(1)
})

test.each(['', '1', 'none'])(
  'stops reading 12 MB at the limit, with Content-Length %j',
  async length => {
    const { body, sentKibibytes } = stream(12)
    const { answer } = await signUp(body, { 'content-length': length })
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 413,
      code: 'body_too_large',
    })
    expect(sentKibibytes()).toBeLessThanOrEqual(20)
  },
)

test('accepts 16 KiB to the byte and refuses one more', async () => {
  const json = JSON.stringify(NEW)
  expect((await signUp(json.padEnd(16 * 1024, ' '))).answer.status).toBe(201)
  expect((await signUp(json.padEnd(16 * 1024 + 1, ' '))).answer.status).toBe(413)
})

test('a body that breaks off is refused, and is nothing for the operator to be woken by', async () => {
  const body = new ReadableStream({
    pull: controller => controller.error(new Error('aborted')),
  })
  const { answer, app } = await signUp(body)
  expect({ status: answer.status, code: answer.body.code }).toEqual({
    status: 400,
    code: 'invalid_json',
  })
  expect(app.log.join('')).not.toContain('"failure"')
})

test.each([
  ['no JSON', '{'],
  ['two values', '{}{}'],
  ['a trailing comma', '{"email":"a",}'],
  ['a comment', '{/* */}'],
  ['NaN', '{"email":NaN}'],
  ['a form', 'email=a&password=b'],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00)],
  ['an array without an end', '['.repeat(16_000)],
])('refuses %s with 400', async (_, body) => {
  const { answer } = await signUp(body)
  expect({ status: answer.status, code: answer.body.code }).toEqual({
    status: 400,
    code: 'invalid_json',
  })
})

test.each([
  ['null', 'null'],
  ['a string', '"a"'],
  ['an array', '[]'],
  ['depth', `${'['.repeat(8_000)}${']'.repeat(8_000)}`],
  ['depth inside', `{"email":${'{"a":'.repeat(2_700)}1${'}'.repeat(2_700)}}`],
])('refuses %s with 422', async (_, body) => {
  const { answer } = await signUp(body)
  expect({ status: answer.status, code: answer.body.code }).toEqual({
    status: 422,
    code: 'invalid_input',
  })
})

test.each([
  ['a member that nobody asked for', { ...NEW, role: 'admin' }, 'role'],
  ['the id', { ...NEW, id: 'mine' }, 'id'],
  ['an operator', { ...NEW, disabledAt: null }, 'disabledAt'],
])('refuses %s and stores nothing', async (_, body, path) => {
  const { answer, accounts } = await signUp(JSON.stringify(body))
  expect(answer.status).toBe(422)
  expect(answer.body.errors).toEqual([
    { path, code: 'unknown_member', message: 'There is no such member.' },
  ])
  expect(accounts).toEqual([])
})

test.each([
  ['a prototype', '"__proto__":{"role":"admin"}'],
  ['a constructor', '"constructor":{"prototype":{"role":"admin"}}'],
  ['a role twice', '"role":"reader","role":"admin"'],
])('refuses %s beside good members', async (_, members) => {
  const { answer, accounts } = await signUp(`{${members},${JSON.stringify(NEW).slice(1)}`)
  expect(answer.status).toBe(422)
  expect(accounts).toEqual([])
  expect(({} as { role?: string }).role).toBeUndefined()
})

test('of two members with one name the last counts, for every reader alike', async () => {
  const { answer, accounts } = await signUp(
    `{"email":"first@test.example",${JSON.stringify(NEW).slice(1)}`,
  )
  expect(answer.status).toBe(201)
  expect(accounts.map(account => account.email)).toEqual(['new@test.example'])
})

test.each([
  [{ ...NEW, password: ['a'] }, 'password', 'invalid_type'],
  [{ ...NEW, email: { contains: '@' } }, 'email', 'invalid_type'],
  [{ ...NEW, email: null }, 'email', 'invalid_type'],
  [{ ...NEW, name: 1 }, 'name', 'invalid_type'],
  [{ ...NEW, name: ' ' }, 'name', 'empty'],
  [{ ...NEW, name: 'a\u0000b' }, 'name', 'invalid'],
  [{ ...NEW, name: '\ud800' }, 'name', 'invalid'],
  [{ ...NEW, email: 'nobody' }, 'email', 'invalid_email'],
  [{ ...NEW, email: 'new＠test.example' }, 'email', 'invalid_email'],
  [{ ...NEW, email: 'new@tést.example' }, 'email', 'invalid_email'],
  [{ ...NEW, email: 'new@test.example\u0000' }, 'email', 'invalid_email'],
  [{ ...NEW, email: 'a@test.example,b@test.example' }, 'email', 'invalid_email'],
  [{ email: NEW.email, password: NEW.password }, 'name', 'invalid_type'],
])('tells what cannot be accepted: %j', async (body, path, code) => {
  const { answer, accounts } = await signUp(JSON.stringify(body))
  expect(answer.status).toBe(422)
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: 'Some of this cannot be accepted.',
    status: 422,
    code: 'invalid_input',
    errors: [{ path, code, message: expect.any(String) }],
  })
  expect(accounts).toEqual([])
})
