import { choose, chooseMode, enter, expect, rowsOf, test } from './fixtures.ts'

test('switching to token mode ends the session, there and on the server, and says so', async ({
  page,
  signedIn,
  context,
  http,
}) => {
  await signedIn()
  const saved = (await context.cookies()).find(({ name }) => name === '__Host-session')?.value
  await chooseMode(page, 'token')
  await expect(
    page.getByText('The sign-in you left was ended, here and on the server.'),
  ).toBeVisible()
  const rows = await rowsOf(page, 'PATCH /api/settings')
  expect(rows.slice(rows.indexOf('session.deleted'))).toEqual([
    'session.deleted',
    'cookie.cleared',
    'mode.left',
    'settings.changed',
    'cookie.set',
    'response.sent',
  ])
  const replay = await http.get('/api/me', { headers: { cookie: `__Host-session=${saved}` } })
  expect(replay.status()).toBe(401)
})

test('signs in with a token and shows every step', async ({ page, person }) => {
  await choose(page, { mode: 'token' })
  await enter(page, await person())
  expect(await rowsOf(page, 'POST /api/token/sign-in')).toEqual([
    'request.received',
    'mode.chosen',
    'origin.checked',
    'input.accepted',
    'account.looked_up',
    'attempt.counted',
    'password.verified',
    'family.created',
    'refresh.created',
    'cookie.sealed',
    'cookie.set',
    'token.signed',
    'cookie.set',
    'response.sent',
    'token.kept',
  ])
  expect(await rowsOf(page, 'GET /api/notes')).toEqual([
    'header.attached',
    'request.received',
    'mode.chosen',
    'header.received',
    'token.verified',
    'revocation.checked',
    'access.granted',
    'notes.read',
    'response.sent',
  ])
})

test('keeps the token in memory alone, and signed in over a reload by the refresh cookie', async ({
  page,
  person,
}) => {
  await choose(page, { mode: 'token' })
  const someone = await person()
  await enter(page, someone)
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  )
  expect(stored).not.toContain('eyJ')
  await page.reload()
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  expect(await rowsOf(page, 'POST /api/token/refresh')).toContain('refresh.rotated')
})

test('without a refresh token a reload forgets who it was', async ({ page, person }) => {
  await choose(page, { mode: 'token' })
  await page.goto('/settings')
  await page.getByRole('checkbox', { name: 'Refresh token' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await enter(page, await person())
  await page.reload()
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdashboard$/)
})

test('the access token expires, is refreshed once and the page goes on', async ({
  page,
  person,
}) => {
  await choose(page, { mode: 'token' })
  await page.goto('/settings')
  const seconds = page.getByLabel('Access token', { exact: true })
  await seconds.fill('5')
  await seconds.press('Enter')
  await expect(page.getByText('Saved.')).toBeVisible()
  await enter(page, await person())
  await expect(page.getByRole('timer').first()).toHaveText('expired')
  const exchanges = page.locator('li[data-trace]')
  const before = await exchanges.count()
  await page.getByRole('button', { name: 'Read again' }).click()
  // What is known to be over is not sent: the refresh comes first.
  await expect(exchanges.nth(before)).toContainText('POST /api/token/refresh')
  await expect.poll(() => rowsOf(page, 'POST /api/token/refresh')).toContain('token.kept')
  await expect.poll(() => rowsOf(page, 'GET /api/notes')).toContain('access.granted')
})

test('signs out everywhere it can be: family ended, jti denied, all tabs told', async ({
  page,
  signedIn,
  context,
  http,
}) => {
  await signedIn('editor', { mode: 'token' })
  const bearer = page.waitForRequest('**/api/me')
  await page.getByRole('button', { name: 'Who am I?' }).click()
  const authorization = (await bearer).headers().authorization ?? ''
  const other = await context.newPage()
  await other.goto('/dashboard')
  await expect(other.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await page.bringToFront()
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Signed out' })).toBeVisible()
  await expect(other.getByRole('heading', { name: 'Signed out in another tab' })).toBeVisible()
  const rows = await rowsOf(page, 'POST /api/token/sign-out')
  expect(rows).toEqual(expect.arrayContaining(['family.ended', 'token.denied', 'token.dropped']))
  const replay = await http.get('/api/me', { headers: { authorization, 'auth-mode': 'token' } })
  expect(replay.status()).toBe(401)
  expect(replay.headers()['www-authenticate']).toBe(
    'Bearer realm="authscope", error="invalid_token"',
  )
})

test('with revocation off a signed-out token lives on, and the page says so beforehand', async ({
  page,
  person,
  http,
}) => {
  await choose(page, { mode: 'token' })
  await page.goto('/settings')
  await page.getByLabel('Ending a token early').selectOption('none')
  await expect(page.getByText('Revocation is off')).toBeVisible()
  await enter(page, await person())
  const bearer = page.waitForRequest('**/api/me')
  await page.getByRole('button', { name: 'Who am I?' }).click()
  const authorization = (await bearer).headers().authorization ?? ''
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Signed out' })).toBeVisible()
  const replay = await http.get('/api/me', { headers: { authorization, 'auth-mode': 'token' } })
  expect(replay.status()).toBe(200)
})
