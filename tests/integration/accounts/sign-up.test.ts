import { expect, onTestFinished, test, vi } from 'vitest'
import { createAccount, PASSWORD, startApp } from '../../fixtures/app.ts'
import { asIfDone } from '../../fixtures/attempts.ts'
import { createClient } from '../../fixtures/client.ts'

const NEW = { email: 'new@test.example', name: 'New', password: PASSWORD }
const signUp = async (
  app: Awaited<ReturnType<typeof startApp>>,
  changes: Partial<typeof NEW> = {},
) => createClient(app).send('/api/accounts', { method: 'POST', body: { ...NEW, ...changes } })

test.each([
  ['fifteen characters', 'aquamarine 9 oh'],
  ['256 characters', `${'quiet lanterns over rivers, '.repeat(9)}wxyz`],
  ['64 emoji', '😀😁😂🤣😃😄😅😆'.repeat(8)],
  ['fifteen emoji, thirty units', '😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰'],
  ['spaces at both ends', '  spaces matter here  '],
  ['NUL inside', 'before\0after and more'],
  ['Korean', '열다섯 글자가 넘는 긴 비밀번호입니다'],
  ['a combining accent', 'cafe\u0301 on the corner'],
])('takes a password, all of it: %s', async (_, password) => {
  const app = await startApp()
  expect((await signUp(app, { password })).status).toBe(201)
  expect((await createClient(app).signIn('session', NEW.email, password)).status).toBe(200)
  const others = [password.trim(), password.split('\0')[0] ?? '', password.slice(0, -1)]
  for (const other of others.filter(other => other !== password))
    expect((await createClient(app).signIn('session', NEW.email, other)).status).toBe(401)
})

test.each([
  ['fourteen characters', 'aquamarine 9 o', 'too_short'],
  ['fourteen emoji, 28 units', '😀😁😂🤣😃😄😅😆😉😊😋😎😍😘', 'too_short'],
  ['257 characters', `${'quiet lanterns over rivers, '.repeat(9)}vwxyz`, 'too_long'],
  ['half a character', `a lone surrogate \ud800`, 'malformed'],
  ['the other half', `\udc00 a lone surrogate`, 'malformed'],
  ['a common one', 'passwordpassword', 'too_common'],
  ['a common one in disguise', 'Pass-Word Pass.Word!', 'too_common'],
  ['one letter', 'aaaaaaaaaaaaaaaaaaaa', 'too_common'],
  ['a short piece, over and over', 'abcabcabcabcabcabc', 'too_common'],
  ['the words of this app', 'authscope session token', 'too_common'],
  ['the words of this app and a year', 'Authscope Session 2026', 'too_common'],
  ['the password of the demo', 'demo: watch the wire', 'too_common'],
  ['spaces alone', ' '.repeat(20), 'too_common'],
])('refuses a password: %s', async (_, password, code) => {
  const app = await startApp()
  const answer = await signUp(app, { password })
  expect(answer.status).toBe(422)
  expect(answer.body.errors).toContainEqual({ path: 'password', code, message: expect.any(String) })
  expect(JSON.stringify(answer.body)).not.toContain(password)
  expect(await app.database.user.count()).toBe(0)
})

test('half a character is a wrong password, and not the same as the mark for what cannot be read', async () => {
  const app = await startApp()
  const password = 'honest long \ufffd phrase'
  expect((await signUp(app, { password })).status).toBe(201)
  for (const half of ['\ud800', '\udfff', '\ud800\ud800'])
    expect(
      (await createClient(app).signIn('session', NEW.email, `honest long ${half} phrase`)).status,
    ).toBe(401)
  expect((await createClient(app).signIn('session', NEW.email, password)).status).toBe(200)
})

test.each([
  ['a line break', 'Two\nlines'],
  ['a carriage return', 'Two\rlines'],
  ['a line separator', 'Two\u2028lines'],
  ['an override of the direction', 'Ada \u202enimdA'],
  ['an isolate', 'Ada \u2067nimdA'],
  ['a mark of the direction', 'Ada\u200f'],
])('refuses a name with %s', async (_, name) => {
  const app = await startApp()
  const answer = await signUp(app, { name })
  expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, 'name'])
  expect(await app.database.user.count()).toBe(0)
})

test('takes names of every script, on one line', async () => {
  for (const name of [
    'Ada Lovelace',
    '김하늘',
    'محمد الأمين',
    'דנה כהן',
    'Zoë O’Neill',
    '👩‍💻 Ada',
  ])
    expect((await signUp(await startApp(), { name })).body.user?.name).toBe(name)
})

test('twins of which the first 72 bytes are the same are two passwords', async () => {
  const app = await startApp()
  const twin = 'The quick brown fox jumps over the lazy dog while nobody at all looks at'
  expect(twin).toHaveLength(72)
  expect((await signUp(app, { password: `${twin}one` })).status).toBe(201)
  expect((await createClient(app).signIn('session', NEW.email, `${twin}two`)).status).toBe(401)
  expect((await createClient(app).signIn('session', NEW.email, twin)).status).toBe(401)
  expect((await createClient(app).signIn('session', NEW.email, `${twin}one`)).status).toBe(200)
})

test('a new account is a reader, may sign in, and has its hash stored alone', async () => {
  const app = await startApp()
  const { body } = await signUp(app)
  expect(body.user).toEqual({
    id: expect.any(String),
    email: NEW.email,
    name: NEW.name,
    role: 'reader',
  })
  const row = await app.database.user.findFirstOrThrow()
  expect(row.passwordHash).toMatch(/^\$2[aby]\$04\$.{53}$/)
  expect(JSON.stringify(row)).not.toContain(PASSWORD)
})

test('an email is one whatever its case and the spaces around it', async () => {
  const app = await startApp()
  expect((await signUp(app, { email: ' New@Test.Example ' })).body.user.email).toBe(
    'new@test.example',
  )
  const again = await signUp(app, { email: 'NEW@TEST.EXAMPLE' })
  expect(again.status).toBe(422)
  expect(again.body.errors).toEqual([
    { path: 'email', code: 'taken', message: 'This email already has an account.' },
  ])
  expect((await createClient(app).signIn('session', '  NEW@test.example ')).status).toBe(200)
})

test('a full-width ＠ makes no address, and no twin of one', async () => {
  const app = await startApp()
  await signUp(app)
  expect((await signUp(app, { email: 'new＠test.example' })).status).toBe(422)
  expect((await createClient(app).signIn('session', 'new＠test.example')).status).toBe(401)
})

test('of fifty sign-ups at once with one email exactly one gets an account', async () => {
  const app = await startApp()
  const answers = await Promise.all(Array.from({ length: 50 }, () => signUp(app)))
  expect(answers.filter(answer => answer.status === 201)).toHaveLength(1)
  expect(
    answers.filter(answer => answer.status === 422 && answer.body.errors[0].code === 'taken'),
  ).toHaveLength(49)
  expect(await app.database.user.count()).toBe(1)
})

test('names are kept as they are, between the spaces', async () => {
  const app = await startApp()
  const name = `<script>alert(1)</script> "Zoë" 한글 'x'; --`
  expect((await signUp(app, { name: `  ${name} ` })).body.user.name).toBe(name)
  expect((await signUp(app, { email: 'b@test.example', name: '😀'.repeat(80) })).status).toBe(201)
  expect((await signUp(app, { email: 'c@test.example', name: '😀'.repeat(81) })).status).toBe(422)
})

test('a full queue of passwords turns a sign-up away with 503, and stores nothing of it', async () => {
  const app = await startApp()
  const busy = vi.spyOn(app.passwords, 'hashNew')
  onTestFinished(() => busy.mockRestore())
  busy.mockResolvedValue({ ok: false, reason: 'passwords_busy', retryAfterSeconds: 5 })
  const answer = await signUp(app)
  expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
    503,
    'unavailable',
    '5',
  ])
  expect(await app.database.user.count()).toBe(0)
})

test('three hundred sign-ups from one address are enough for a while, whatever came of them', async () => {
  const app = await startApp()
  const client = createClient(app)
  const body = { email: 'not an email', name: 'N', password: PASSWORD }
  expect((await client.send('/api/accounts', { method: 'POST', body })).status).toBe(422)
  await createAccount(app, 'reader')
  const taken = { ...body, email: 'reader@test.example' }
  const signUpAgain = () => client.send('/api/accounts', { method: 'POST', body: taken })
  expect((await asIfDone(app, 299, signUpAgain)).status).toBe(422)
  expect((await signUpAgain()).status).toBe(422)
  const refused = await client.send('/api/accounts', { method: 'POST', body: taken })
  expect([
    refused.status,
    refused.body.code,
    Number(refused.headers.get('retry-after')) > 0,
  ]).toEqual([429, 'too_many_attempts', true])
  const elsewhere = createClient(app, '192.0.2.77')
  expect((await elsewhere.send('/api/accounts', { method: 'POST', body: taken })).status).toBe(422)
  app.clock.advance(15 * 60)
  expect((await client.send('/api/accounts', { method: 'POST', body: taken })).status).toBe(422)
})

test('the domain of the demo accounts is nobody’s to sign up with, and that is said', async () => {
  const app = await startApp()
  const answer = await signUp(app, { email: 'x@demo.example' })
  expect([answer.status, answer.body.errors]).toEqual([
    422,
    [
      {
        path: 'email',
        code: 'reserved_domain',
        message: 'This domain is kept for the accounts of the demo.',
      },
    ],
  ])
})
