import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { choose, enter, expect, rowsOf, signIn, TRIED, test } from './fixtures.ts'

// Whom the wire tells what, and how it comes back.

const watching = (page: Page) => page.getByText('watching live')
const codeOn = (page: Page) => page.locator('footer code').textContent()

/**
 * A page that can be seen, whatever others there are: a browser in use shows them in windows of
 * their own.
 */
async function openVisible(context: BrowserContext, { clock = false } = {}): Promise<Page> {
  const page = await context.newPage()
  if (clock) await page.clock.install()
  await page.goto('/sign-in')
  return page
}

const refuse = (page: Page, status: number) =>
  page.route('**/api/wire', route =>
    route.fulfill({ status, contentType: 'text/html', body: 'Bad Gateway' }),
  )

for (const mode of TRIED) {
  test(`${mode}: after a sign-out the open pages keep what they drew and follow; a new one gets nothing of it`, async ({
    page,
    person,
    context,
  }) => {
    await choose(page, { mode })
    const [one, two] = [await person(), await person()]
    await enter(page, one)
    const other = await openVisible(context)
    await expect(watching(other)).toBeVisible()
    await rowsOf(other, `POST /api/${mode}/sign-in`)
    const before = await codeOn(page)

    await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('heading', { name: 'Signed out' })).toBeVisible()
    expect(await rowsOf(page, `POST /api/${mode}/sign-out`)).toContain('response.sent')
    await expect.poll(() => codeOn(page)).not.toBe(before)
    await expect(other.locator('footer code')).toHaveText((await codeOn(page)) ?? '')
    await expect(page.getByText(`POST /api/${mode}/sign-in`).first()).toBeVisible()

    const fresh = await openVisible(context)
    await expect(watching(fresh)).toBeVisible()
    await expect(fresh.getByText(`POST /api/${mode}/sign-in`)).toHaveCount(0)
    expect(await fresh.locator('body').textContent()).not.toContain(one.email)

    // What the next person does is told to all of them.
    await signIn(fresh, two)
    await expect(fresh.getByRole('heading', { name: `Hello, ${two.name}` })).toBeVisible()
    await rowsOf(page, `POST /api/${mode}/sign-in`)
    await expect(other.getByText(`POST /api/${mode}/sign-in`).nth(1)).toBeVisible()
  })
}

test('a script of the page finds nothing on the wire that it could use; the page itself shows its token whole', async ({
  page,
  signedIn,
}) => {
  await signedIn('editor', { mode: 'token' })
  const sent = page.waitForRequest(
    request => request.url().endsWith('/api/me') && 'authorization' in request.headers(),
  )
  await page.getByRole('button', { name: 'Who am I?' }).click()
  const token = ((await sent).headers().authorization ?? '').replace('Bearer ', '')
  await rowsOf(page, 'GET /api/me')
  await page
    .locator('[data-step="request.received"]')
    .filter({ hasText: 'GET /api/me' })
    .last()
    .click()
  await expect(page.getByRole('region', { name: 'Request', exact: true })).toContainText(token)

  const found = await page.evaluate(async () => {
    const abort = new AbortController()
    const response = await fetch('/api/wire', { signal: abort.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('"target":"/api/me"')) text += (await reader?.read())?.value ?? ''
    abort.abort()
    const tokens = text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []
    const statuses = []
    for (const token of new Set(tokens)) {
      const headers = { 'Auth-Mode': 'token', Authorization: `Bearer ${token}` }
      statuses.push((await fetch('/api/me', { headers })).status)
    }
    return { text, statuses }
  })
  expect(found.statuses.length).toBeGreaterThan(0)
  expect(new Set(found.statuses)).toEqual(new Set([401]))
  expect(found.text).not.toContain(token)
})

test('behind a gateway that answers 502 it says that the connection is lost, and comes back by itself', async ({
  page,
}) => {
  await refuse(page, 502)
  await page.goto('/sign-in')
  await expect(page.getByText('connection lost, trying again…')).toBeVisible()
  await page.unroute('**/api/wire')
  await expect(watching(page)).toBeVisible()
})

test('a sixth page says that there are too many tabs, and watches once another is closed', async ({
  context,
}) => {
  const pages: Page[] = []
  for (let count = 0; count < 5; count += 1) {
    const page = await openVisible(context)
    await expect(watching(page)).toBeVisible()
    pages.push(page)
  }
  // The browser has six connections to a server, and five are taken: the sixth asks with the last
  // one.
  const sixth = await openVisible(context, { clock: true })
  await expect(sixth.getByText('not watching: too many tabs')).toBeVisible()
  await expect(sixth.getByText('Close one of them')).toBeVisible()
  await pages[2]?.close()
  // It asks again every ten seconds.
  await expect(async () => {
    await sixth.clock.fastForward(10_000)
    await expect(watching(sixth)).toBeVisible({ timeout: 2_000 })
  }).toPass()
})

test('a browser that takes no cookies is told so, and not that it has too many tabs', async ({
  launchOptions,
}) => {
  // Over plain HTTP, under a name that is not this machine's: there browsers refuse cookies that
  // are to be secure.
  const args = [...(launchOptions.args ?? []), '--host-resolver-rules=MAP lan.example 127.0.0.1']
  const browser = await chromium.launch({ ...launchOptions, args })
  const page = await browser.newPage()
  await page.goto('http://lan.example:3210/sign-in')
  await expect(page.getByText('not watching: cookies are blocked')).toBeVisible()
  await expect(page.getByText('This browser takes no cookies from this address')).toBeVisible()
  await browser.close()
})
