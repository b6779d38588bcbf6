import { expect, test } from 'vitest'
import { PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'

const PERSON = { email: 'zf@lighthouse.example', name: 'Zanzibar Fisherman' }

const signUp = async (password: string, person = PERSON) => {
  const app = await startApp()
  const body = { ...person, password }
  return createClient(app).send('/api/accounts', { method: 'POST', body })
}

test.each([
  ['a word and digits', 'password12345678'],
  ['a row of the keyboard and digits', 'qwertyuiop12345'],
  ['the digits and the alphabet', '1234567890abcde'],
  ['words that go together', 'iloveyou1234567'],
  ['other signs for the letters', 'P@$$w0rd12345678'],
  ['columns of the keyboard', '1qaz2wsx3edc4rfv5tgb'],
  ['a saying', 'May the force be with you 1'],
  ['what is typed for Korean words on a Latin keyboard', 'qlalfqjsgh12345'],
  ['a Korean word and digits', '비밀번호 12345678901'],
  ['full-width letters of a common one', 'ｐａｓｓｗｏｒｄ１２３４５６７８'],
  ['a common one that goes on past what is looked at', 'password'.repeat(20)],
  ['the person’s own name', 'zanzibarfisherman'],
  ['their own name and a year', 'Zanzibar Fisherman 2026'],
  ['their own name backwards', 'namrehsifrabiznaz'],
  ['their own address', 'zf@lighthouse.example'],
  ['the domain of their address', 'lighthouse.example!1'],
])('%s is too easy to guess', async (_, password) => {
  const answer = await signUp(password)
  expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input'])
  expect(answer.body.errors).toEqual([
    { path: 'password', code: 'too_common', message: expect.any(String) },
  ])
})

test('a name of another script is a word too', async () => {
  const person = { email: 'sky@test.example', name: '김하늘바다' }
  const answer = await signUp('김하늘바다김하늘바다 2026 01', person)
  expect(answer.body.errors?.[0]).toMatchObject({ path: 'password', code: 'too_common' })
  expect((await signUp('하늘이 맑은 날에는 산책을 나간다', person)).status).toBe(201)
})

test('somebody else’s name is a word like any other', async () => {
  const person = { email: 'new@test.example', name: 'Somebody Else' }
  expect((await signUp('zanzibar fisherman nets', person)).status).toBe(201)
})

test('a name of one letter, or an address of few, makes no password easy', async () => {
  const person = { email: 'a@b.example', name: 'A' }
  expect((await signUp(PASSWORD, person)).status).toBe(201)
})

test.each([
  ['a common one', 'password12345678'],
  ['their own name', 'readerreader2026'],
  ['their own address', 'reader@test.example'],
])('a changed password is held to it too: %s', async (_, next) => {
  const { app, client } = await signedIn('session')
  const body = { current: PASSWORD, next }
  const answer = await client.send('/api/me/password', { method: 'PUT', body })
  expect([answer.status, answer.body.errors]).toEqual([
    422,
    [{ path: 'next', code: 'too_common', message: expect.any(String) }],
  ])
  const again = await createClient(app).signIn('session', 'reader@test.example')
  expect(again.status).toBe(200)
})

test('the wire says why, and not what', async () => {
  const { steps } = await signUp('password12345678')
  const told = steps.find(step => step.name === 'input.refused')
  expect(told?.detail).toMatchObject({ reason: 'invalid_input', errors: [{ code: 'too_common' }] })
  expect(JSON.stringify(steps)).not.toContain('password12345678')
})
