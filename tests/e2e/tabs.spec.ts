import type { Page } from '@playwright/test'
import { expect, rowsOf, SOAK, signIn, test, WHOLE } from './fixtures.ts'

const TABS = WHOLE ? 5 : 3
/**
 * How often each tab is used: each time after its token has expired, so about once in five seconds,
 * or as the machine can.
 */
const ROUNDS = WHOLE ? 5 : 1

/** An access token of five seconds, so that a minute of use needs many. */
const SHORT_LIVED = { mode: 'token', accessTokenSeconds: 5 } as const

test(`${TABS} tabs and tokens of five seconds: however often each is used, nobody is signed out`, async ({
  page,
  signedIn,
  context,
}) => {
  test.setTimeout(15 * 60_000)
  const someone = await signedIn('editor', SHORT_LIVED)
  const tabs = [page]
  while (tabs.length < TABS) {
    const tab = await context.newPage()
    await tab.goto('/dashboard')
    tabs.push(tab)
  }
  const statuses = { '/api/token/refresh': [] as number[], '/api/notes': [] as number[] }
  context.on('response', response => {
    const path = new URL(response.url()).pathname
    if (path in statuses) statuses[path as keyof typeof statuses].push(response.status())
  })

  // Every tab works on whenever its token has expired, and now and then one is reloaded in the
  // middle of it.
  /** A slow machine may find each token over before it is used: then the page is asked again. */
  async function read(tab: Page) {
    for (;;) {
      const answered = tab.waitForResponse(response => response.url().endsWith('/api/notes'))
      await tab.getByRole('button', { name: 'Read again' }).click()
      if ((await answered).status() === 200) return
    }
  }
  await Promise.all(
    tabs.map(async (tab, index) => {
      for (let round = 1; round <= ROUNDS; round += 1) {
        await expect(tab.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
        await expect(tab.getByRole('timer').first()).toHaveText('expired')
        if ((round + index) % 4 === 0) await tab.reload()
        await expect(tab.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
        await read(tab)
      }
    }),
  )

  for (const tab of tabs)
    await expect(tab.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  const refreshes = statuses['/api/token/refresh']
  expect(refreshes.filter(status => status === 200).length).toBeGreaterThan(TABS)
  expect(refreshes.filter(status => status !== 200 && status !== 409)).toEqual([])
  expect(statuses['/api/notes'].filter(status => status === 200).length).toBeGreaterThanOrEqual(
    TABS * ROUNDS,
  )
  await page.goto('/devices')
  await expect(page.getByText('1 sign-in', { exact: true })).toBeVisible()
})

test('a stolen refresh token used once ends the sign-in, and the devices page says so', async ({
  page,
  signedIn,
  context,
  http,
}) => {
  const someone = await signedIn('editor', { mode: 'token' })
  const stolen = (await context.cookies()).find(({ name }) => name === '__Host-refresh')?.value
  for (const _ of ['the one after it', 'and the next']) {
    const refreshed = page.waitForResponse('**/api/token/refresh')
    await page.getByRole('button', { name: 'New access token' }).click()
    expect((await refreshed).status()).toBe(200)
  }
  const theft = await http.post('/api/token/refresh', {
    headers: { cookie: `__Host-refresh=${stolen}` },
  })
  expect([theft.status(), (await theft.json()).code]).toEqual([401, 'refresh_reused'])
  // Told at once, though this page asked for nothing.
  await expect(page.getByRole('heading', { name: 'This sign-in was ended' })).toBeVisible()
  await signIn(page, someone)
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  await page.goto('/devices')
  await expect(
    page.getByText('A used refresh token came back: somebody may have a copy of it.'),
  ).toBeVisible()
})

test('a refresh whose answer was lost is asked for again: the page waits, says so, and stays signed in', async ({
  page,
  signedIn,
  context,
  http,
}) => {
  const someone = await signedIn('editor', { mode: 'token' })
  const held = (await context.cookies()).find(({ name }) => name === '__Host-refresh')?.value
  // The same token, used by a request of which this browser never gets the answer.
  const lost = await http.post('/api/token/refresh', {
    headers: { cookie: `__Host-refresh=${held}` },
  })
  expect(lost.status()).toBe(200)
  await page.getByRole('button', { name: 'New access token' }).click()
  await expect(
    page.getByText(/^This sign-in was refreshed a moment ago\. Trying again in [123] s\.$/),
  ).toBeVisible()
  await expect.poll(() => rowsOf(page, 'POST /api/token/refresh')).toContain('refresh.repeated')
  await expect(page.getByText(/^This sign-in was refreshed a moment ago/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Who am I?' }).click()
  expect(await rowsOf(page, 'GET /api/me')).toContain('refresh.confirmed')
  // What was lost is dead, and nothing was taken for a theft.
  const authorization = `Bearer ${(await lost.json()).access_token}`
  expect(
    (await http.get('/api/me', { headers: { authorization, 'auth-mode': 'token' } })).status(),
  ).toBe(401)
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
})

test(
  'a token that is over before it is used is renewed again, and nobody is signed out',
  SOAK,
  async ({ page, signedIn, http }) => {
    const someone = await signedIn('editor', SHORT_LIVED)
    await expect(page.getByRole('timer').first()).toHaveText('expired')
    let isFirst = true
    await page.route('**/api/token/refresh', async route => {
      const response = await route.fetch()
      if (isFirst) {
        // The machine sleeps with the answer in its hands, until what is in it is worth nothing.
        isFirst = false
        const headers = {
          authorization: `Bearer ${(await response.json()).access_token}`,
          'auth-mode': 'token',
        }
        await expect.poll(async () => (await http.get('/api/me', { headers })).status()).toBe(401)
      }
      await route.fulfill({ response })
    })
    const answered = page.waitForResponse(
      response => response.url().endsWith('/api/notes') && response.status() === 200,
    )
    await page.getByRole('button', { name: 'Read again' }).click()
    await answered
    await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  },
)
