import { chooseMode, enter, expect, signIn, test } from './fixtures.ts'

const TABS = 5
const USE_MILLISECONDS = 60_000

/** An access token of five seconds, so that a minute of use needs many. */
async function shortLived(page: import('@playwright/test').Page) {
  await chooseMode(page, 'token')
  const seconds = page.getByLabel('Access token', { exact: true })
  await seconds.fill('5')
  await seconds.press('Enter')
  await expect(page.getByText('Saved.')).toBeVisible()
}

test('five tabs and tokens of five seconds: after a minute of use nobody is signed out', async ({
  page,
  person,
  context,
}) => {
  test.setTimeout(USE_MILLISECONDS + 60_000)
  await shortLived(page)
  const someone = await person()
  await enter(page, someone)
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

  // Every tab works on whenever its token has expired, and now and then one is reloaded in the middle of it.
  const until = Date.now() + USE_MILLISECONDS
  await Promise.all(
    tabs.map(async (tab, index) => {
      for (let round = 1; Date.now() < until; round += 1) {
        await expect(tab.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
        await expect(tab.getByRole('timer').first()).toHaveText('expired')
        if ((round + index) % 4 === 0) await tab.reload()
        const answered = tab.waitForResponse(
          response => response.url().endsWith('/api/notes') && response.status() === 200,
        )
        await tab.getByRole('button', { name: 'Read again' }).click()
        await answered
      }
    }),
  )

  for (const tab of tabs) await expect(tab.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  const refreshes = statuses['/api/token/refresh']
  expect(refreshes.filter(status => status === 200).length).toBeGreaterThan(TABS)
  expect(refreshes.filter(status => status !== 200 && status !== 409)).toEqual([])
  expect(statuses['/api/notes'].filter(status => status === 200).length).toBeGreaterThan(TABS * 5)
  await page.goto('/devices')
  await expect(page.getByText('1 sign-in', { exact: true })).toBeVisible()
})

test('a stolen refresh token used once ends the sign-in, and the devices page says so', async ({
  page,
  person,
  context,
  http,
}) => {
  await chooseMode(page, 'token')
  const someone = await person()
  await enter(page, someone)
  const stolen = (await context.cookies()).find(({ name }) => name === '__Host-refresh')?.value
  for (const _ of ['the one after it', 'and the next']) {
    const refreshed = page.waitForResponse('**/api/token/refresh')
    await page.getByRole('button', { name: 'New access token' }).click()
    expect((await refreshed).status()).toBe(200)
  }
  const theft = await http.post('/api/token/refresh', { headers: { cookie: `__Host-refresh=${stolen}` } })
  expect([theft.status(), (await theft.json()).code]).toEqual([401, 'refresh_reused'])
  // Told at once, though this page asked for nothing.
  await expect(page.getByRole('heading', { name: 'This sign-in was ended' })).toBeVisible()
  await signIn(page, someone)
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  await page.goto('/devices')
  await expect(page.getByText('A used refresh token came back: somebody may have a copy of it.')).toBeVisible()
})
