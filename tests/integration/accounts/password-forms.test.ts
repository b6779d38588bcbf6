import { expect, onTestFinished, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { oldHash, roundsOf } from '../../fixtures/passwords.ts'

// One password has many spellings in Unicode: each system types its own (NIST SP 800-63B-4,
// section 3.1.1.2).

const EMAIL = 'reader@test.example'
const KOREAN = '매일 아침 강가를 천천히 걷는다'
const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const

const signIn = async (app: TestApp, password: string, email = EMAIL) =>
  (await createClient(app).signIn('session', email, password)).status

/** An account whose hash is of the password as it was typed, as hashes once were. */
async function withOldHash(password: string, cost?: number) {
  const app = await startApp()
  const account = await createAccount(app, 'reader')
  const data = { passwordHash: oldHash(password, cost) }
  await app.database.user.update({ where: { id: account.id }, data })
  const row = () => app.database.user.findUniqueOrThrow({ where: { id: account.id } })
  return { app, account, row }
}

test.each([
  ['accents', 'größere Straße für alle é'],
  ['Hangul', KOREAN],
  ['full-width letters', 'ｆｕｌｌ ｗｉｄｔｈ over the lake'],
  ['a ligature', 'oﬃce plants grow sideways'],
])('set in one form, typed in another: %s', async (_, password) => {
  for (const set of FORMS) {
    const app = await startApp()
    const body = { email: EMAIL, name: 'R', password: password.normalize(set) }
    const made = await createClient(app).send('/api/accounts', { method: 'POST', body })
    expect(made.status).toBe(201)
    for (const typed of FORMS) {
      const status = await signIn(app, password.normalize(typed))
      expect({ set, typed, status }).toEqual({ set, typed, status: 200 })
    }
    expect(await signIn(app, `${password.normalize('NFD')}.`)).toBe(401)
  }
})

test.each(['NFC', 'NFD'] as const)('an old hash, of %s as it was typed, still works', async set => {
  const { app } = await withOldHash(KOREAN.normalize(set))
  expect(await signIn(app, `${KOREAN.normalize(set)}.`)).toBe(401)
  expect(await signIn(app, KOREAN.normalize(set))).toBe(200)
  // From then on it is of the one form, whatever is typed.
  for (const typed of FORMS) expect(await signIn(app, KOREAN.normalize(typed))).toBe(200)
})

test.each(MODES)('%s: a hash made anew ends nothing and moves no version', async mode => {
  const { app, row } = await withOldHash(KOREAN.normalize('NFD'))
  const before = await row()
  const client = createClient(app)
  await client.signIn(mode, EMAIL, KOREAN.normalize('NFD'))
  const { passwordHash, ...after } = await row()
  expect(passwordHash).not.toBe(before.passwordHash)
  expect(after).toEqual({ ...before, passwordHash: undefined })
  await createClient(app).signIn(mode, EMAIL, KOREAN)
  expect((await row()).passwordHash).toBe(passwordHash)
  const me = await client.send('/api/me', { headers: { 'auth-mode': mode } })
  expect(me.status).toBe(200)
})

test('a hash of another cost is made anew at the cost that is configured', async () => {
  const { app, row } = await withOldHash(PASSWORD, 5)
  expect(await signIn(app, 'not the right password')).toBe(401)
  expect(roundsOf((await row()).passwordHash)).toBe(5)
  expect(await signIn(app, PASSWORD)).toBe(200)
  expect(roundsOf((await row()).passwordHash)).toBe(4)
  expect(await signIn(app, PASSWORD)).toBe(200)
})

test('what was set meanwhile is not overwritten by the old password’s new hash', async () => {
  const { app, row } = await withOldHash(KOREAN.normalize('NFD'))
  const { hash } = app.passwords
  const newer = oldHash('another long one, quite new')
  const spy = vi.spyOn(app.passwords, 'hash').mockImplementationOnce(async (...args) => {
    await app.database.user.updateMany({ data: { passwordHash: newer } })
    return hash(...args)
  })
  onTestFinished(() => spy.mockRestore())
  await signIn(app, KOREAN.normalize('NFD'))
  expect(spy).toHaveBeenCalledOnce()
  expect((await row()).passwordHash).toBe(newer)
})

test('a sign-in is made even where its hash cannot be made anew', async () => {
  const { app, row } = await withOldHash(KOREAN.normalize('NFD'))
  const { passwordHash } = await row()
  const spy = vi.spyOn(app.accounts, 'renewHash').mockRejectedValueOnce(new Error('away'))
  onTestFinished(() => spy.mockRestore())
  expect(await signIn(app, KOREAN.normalize('NFD'))).toBe(200)
  expect((await row()).passwordHash).toBe(passwordHash)
  expect(await signIn(app, KOREAN.normalize('NFD'))).toBe(200)
  expect((await row()).passwordHash).not.toBe(passwordHash)
})

test.each(MODES)('%s: a password changed while its hash is made anew is changed', async mode => {
  const { app } = await withOldHash(KOREAN.normalize('NFD'))
  const client = createClient(app)
  // Signed in while the hash could not be made anew.
  const busy = vi
    .spyOn(app.passwords, 'hash')
    .mockResolvedValueOnce({ ok: false, reason: 'passwords_busy' })
  await client.signIn(mode, EMAIL, KOREAN.normalize('NFD'))
  busy.mockRestore()
  // Another sign-in has it made anew after the change has read the old one.
  const { credentials } = app.accounts
  const between = vi.spyOn(app.accounts, 'credentials').mockImplementationOnce(async by => {
    const read = await credentials(by)
    expect(await signIn(app, KOREAN.normalize('NFD'))).toBe(200)
    return read
  })
  onTestFinished(() => between.mockRestore())
  const answer = await client.send('/api/me/password', {
    method: 'PUT',
    body: { current: KOREAN.normalize('NFD'), next: 'another long one, quite new' },
    headers: { 'auth-mode': mode },
  })
  expect(answer.status).toBe(mode === 'token' ? 200 : 204)
  expect(await signIn(app, 'another long one, quite new')).toBe(200)
  expect(await signIn(app, KOREAN)).toBe(401)
})

test('lengths are of the one form: at least 15 after it, at most 256 before', async () => {
  const app = await startApp()
  const statusOf = async (password: string) => {
    const body = { email: `${crypto.randomUUID()}@test.example`, name: 'N', password }
    const answer = await createClient(app).send('/api/accounts', { method: 'POST', body })
    return [answer.status, answer.body.errors?.[0]?.code]
  }
  // 28 as typed, 14 in the one form.
  expect(await statusOf('가나마바다라하카타파차자아사'.normalize('NFD'))).toEqual([
    422,
    'too_short',
  ])
  // Eight as typed, of which one stands for eighteen.
  expect(await statusOf('ﷺ kites.')).toEqual([201, undefined])
  const long = 'quiet lanterns over rivers '.repeat(10)
  expect(await statusOf(`${long.slice(0, 255)}é`)).toEqual([201, undefined])
  expect(await statusOf(`${long.slice(0, 255)}é`.normalize('NFD'))).toEqual([422, 'too_long'])
})
