import { chooseMode, enter, expect, rowsOf, signIn, test } from './fixtures.ts'

test('signs in with one click as a demo account and shows every step', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Editor', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Edda Editor' })).toBeVisible()
  expect(await rowsOf(page, 'POST /api/session/sign-in')).toEqual([
    'request.received',
    'mode.chosen',
    'origin.checked',
    'input.accepted',
    'account.looked_up',
    'attempt.counted',
    'password.verified',
    'session.created',
    'cookie.sealed',
    'cookie.set',
    'cookie.set',
    'response.sent',
  ])
  expect(await rowsOf(page, 'GET /api/notes')).toEqual([
    'request.received',
    'mode.chosen',
    'cookie.received',
    'cookie.unsealed',
    'session.found',
    'access.granted',
    'notes.read',
    'response.sent',
  ])
  await expect(page.getByRole('timer').first()).toHaveText(/^(30:00|29:\d\d)$/)
})

test('keeps the cookie from page scripts, and the sign-in over a reload', async ({
  page,
  person,
  context,
}) => {
  const someone = await person()
  await enter(page, someone)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  const cookie = (await context.cookies()).find(({ name }) => name === '__Host-session')
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })
  await page.reload()
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
})

test('an editor writes a note, reads it and deletes it', async ({ page, signedIn }) => {
  await signedIn('editor')
  const title = `Note ${Date.now()}`
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Text').fill('Written in a test.')
  await page.getByRole('button', { name: 'Write the note' }).click()
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  expect(await rowsOf(page, 'POST /api/notes')).toContain('note.written')
  await page.getByRole('button', { name: `Delete “${title}”` }).click()
  await expect(page.getByRole('heading', { name: title })).toHaveCount(0)
})

test('a reader may read, and is told why writing is refused', async ({ page, signedIn }) => {
  await signedIn('reader')
  await page.getByLabel('Title').fill('Not allowed')
  await page.getByLabel('Text').fill('Nor this.')
  await page.getByRole('button', { name: 'Write the note' }).click()
  await expect(
    page.getByRole('alert').filter({ hasText: 'Your role does not allow this.' }),
  ).toBeVisible()
  const rows = await rowsOf(page, 'POST /api/notes')
  expect(rows).toContain('access.refused')
  expect(rows).not.toContain('note.written')
})

test('tells a wrong password and an unknown account apart in nothing a person can see', async ({
  page,
  person,
}) => {
  const someone = await person()
  await signIn(page, someone, 'not the password at all')
  await expect(page.getByText('Email or password is wrong.', { exact: true })).toBeVisible()
  const wrong = await rowsOf(page, 'POST /api/session/sign-in')
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByLabel('Email').fill('nobody@test.example')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Email or password is wrong.', { exact: true })).toBeVisible()
  expect(await rowsOf(page, 'POST /api/session/sign-in')).toEqual(wrong)
})

test('signs out on the server too: the saved cookie is worth nothing', async ({
  page,
  signedIn,
  context,
  http,
}) => {
  await signedIn()
  const saved = (await context.cookies()).find(({ name }) => name === '__Host-session')
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Signed out' })).toBeVisible()
  expect(await rowsOf(page, 'POST /api/session/sign-out')).toContain('session.deleted')
  expect((await context.cookies()).some(({ name }) => name === '__Host-session')).toBe(false)
  const replay = await http.get('/api/me', {
    headers: { cookie: `__Host-session=${saved?.value}` },
  })
  expect(replay.status()).toBe(401)
  expect(await replay.json()).toMatchObject({ code: 'invalid_session' })
})

test('renews the id on request, and counts the idle limit down to the end', async ({
  page,
  person,
  context,
}) => {
  await page.goto('/settings')
  const idle = page.getByLabel('Session: idle limit')
  await idle.fill('5')
  await idle.press('Enter')
  await expect(page.getByText('Saved.')).toBeVisible()
  const someone = await person('reader')
  await enter(page, someone)
  const before = (await context.cookies()).find(({ name }) => name === '__Host-session')?.value
  await page.getByRole('button', { name: 'New session id' }).click()
  await expect(page.getByText('Answered.')).toBeVisible()
  expect(await rowsOf(page, 'POST /api/session/refresh')).toContain('session.renewed')
  expect((await context.cookies()).find(({ name }) => name === '__Host-session')?.value).not.toBe(
    before,
  )
  await expect(page.getByRole('timer').first()).toHaveText('expired')
  // The page asks by itself whether it is over.
  await expect(page.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible()
  await expect(page.getByRole('banner').getByText(someone.name)).toHaveCount(0)
  await expect(page.getByText(someone.email)).toHaveCount(0)
  expect(await rowsOf(page, 'GET /api/me')).toContain('session.expired')
})

test('makes an account, says what is wrong with a password, and signs in', async ({ page }) => {
  await page.goto('/sign-up')
  const email = `new.${Date.now()}@test.example`
  await page.getByLabel('Name').fill('New Person')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill('too short')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByText('At least 15 characters.', { exact: true })).toBeVisible()
  await page.getByLabel('Password').fill('a perfectly fine sentence')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, New Person' })).toBeVisible()
  await chooseMode(page, 'token')
  await expect(page.getByText('The sign-in you left was ended')).toBeVisible()
})
