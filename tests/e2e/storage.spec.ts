import type { Page } from '@playwright/test'
import { faultsOf, THEMES } from './axe.ts'
import { admit, expect, MODES, press, SOAK, test } from './fixtures.ts'

const cells = (page: Page, trial: string) =>
  page
    .locator(`[data-trial="${trial}"] [data-place]`)
    .evaluateAll(found =>
      found.map(cell => `${cell.getAttribute('data-place')} ${cell.getAttribute('data-outcome')}`),
    )

const left = (page: Page) =>
  page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])

/**
 * Presses a trial's button and waits for its cells. They have to be there: a page that is just
 * being reloaded has none at all, tried or not.
 */
async function run(page: Page, button: string, trial: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  const tried = `[data-trial="${trial}"] [data-outcome]:not([data-outcome="untried"])`
  await expect(page.locator(tried)).toHaveCount(3)
}

async function runAll(page: Page): Promise<void> {
  await run(page, 'Reload this page', 'reload')
  await run(page, 'Open a tab', 'tab')
  await page.getByRole('button', { name: 'Open a tab and close it' }).click()
  await expect(page.getByText('That tab kept it and is closed.')).toBeVisible()
  await run(page, 'Open it again', 'closed')
  await run(page, 'Let the script in', 'script')
}

test('finds out for each place what it survives and who can read it, and leaves nothing behind', async ({
  page,
  person,
  context,
}) => {
  await admit(page, await person(), { mode: 'token' })
  await page.goto('/storage')
  await expect(
    page.getByText('This page’s access token is put into all three places'),
  ).toBeVisible()
  await expect(page.getByText('not tried yet')).toHaveCount(12)

  await run(page, 'Reload this page', 'reload')
  expect(await cells(page, 'reload')).toEqual([
    'memory gone',
    'sessionStorage kept',
    'localStorage kept',
  ])
  expect(await cells(page, 'tab')).toEqual([
    'memory untried',
    'sessionStorage untried',
    'localStorage untried',
  ])
  await expect.poll(() => left(page)).toEqual([])

  await run(page, 'Open a tab', 'tab')
  expect(await cells(page, 'tab')).toEqual([
    'memory absent',
    'sessionStorage absent',
    'localStorage shared',
  ])
  await expect.poll(() => context.pages().length).toBe(1)

  await page.getByRole('button', { name: 'Open a tab and close it' }).click()
  await expect(page.getByText('That tab kept it and is closed.')).toBeVisible()
  await expect.poll(() => context.pages().length).toBe(1)
  await run(page, 'Open it again', 'closed')
  expect(await cells(page, 'closed')).toEqual([
    'memory gone',
    'sessionStorage gone',
    'localStorage kept',
  ])

  await run(page, 'Let the script in', 'script')
  expect(await cells(page, 'script')).toEqual([
    'memory unread',
    'sessionStorage read',
    'localStorage read',
  ])
  await expect(page.getByText('4 of 4 tried')).toBeVisible()
  await expect(page.getByText('No place stops a script that is in the page')).toBeVisible()
  await expect.poll(() => context.pages().length).toBe(1)
  await expect.poll(() => left(page)).toEqual([])
  await page.reload()
  await expect(page.getByRole('banner').getByRole('button', { name: 'Sign out' })).toBeVisible()
  await expect(page.getByText('not tried yet')).toHaveCount(12)
})

for (const mode of MODES) {
  test(`in ${mode} mode the script is whoever is signed in, wherever the token is`, async ({
    page,
    person,
  }) => {
    const someone = await person()
    await admit(page, someone, { mode })
    await page.goto('/storage')
    await run(page, 'Let the script in', 'script')
    const acted = page.getByRole('region', { name: 'What it did as you' })
    await expect(acted).toContainText(`For this server it was ${someone.name}`)
    await expect(acted).toContainText('document.cookie""')
    const lines = await acted.getByRole('listitem').allTextContents()
    if (mode === 'session') {
      expect(lines[0]).toContain(`GET /api/me200${someone.name}`)
      expect(lines[1]).toContain('POST /api/token/refresh401')
      await expect(acted).toContainText('no bearer token')
      expect(lines.slice(2)).toEqual([expect.stringContaining('GET /api/wire200')])
      await expect(acted).toContainText('no access token')
    } else {
      expect(lines[0]).toContain('GET /api/me401')
      expect(lines[1]).toContain(`GET /api/me200${someone.name}`)
      expect(lines[2]).toContain(`POST /api/token/refresh200${someone.name}`)
      await expect(acted).toContainText(/Authorization: Bearer eyJ\S+… \(\d+ characters\)/)
      // What it finds on the wire is worth nothing.
      expect(lines.slice(4)).toEqual([
        expect.stringContaining('GET /api/wire200'),
        expect.stringContaining('GET /api/me401'),
      ])
      await expect(acted).toContainText(/\d+ access tokens, without their signatures/)
    }
  })
}

test('signed out, a random value stands for a token, and the script is nobody', async ({
  page,
}) => {
  await page.goto('/storage')
  await expect(page.getByText('so a random value stands for one')).toBeVisible()
  await runAll(page)
  expect(await cells(page, 'reload')).toEqual([
    'memory gone',
    'sessionStorage kept',
    'localStorage kept',
  ])
  expect(await cells(page, 'script')).toEqual([
    'memory unread',
    'sessionStorage read',
    'localStorage read',
  ])
  await expect(page.getByText('Nobody is signed in, so there was nobody to be.')).toBeVisible()
  await page.getByRole('button', { name: 'Start over' }).click()
  await expect(page.getByText('not tried yet')).toHaveCount(12)
})

test('what a browser does not keep is shown as what was seen, not as what was expected', async ({
  page,
}) => {
  // A browser that refuses localStorage, as some do in private windows.
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('refused', 'QuotaExceededError')
    }
    Object.defineProperty(window, 'localStorage', { get: refuse })
  })
  await page.goto('/storage')
  await run(page, 'Reload this page', 'reload')
  expect(await cells(page, 'reload')).toEqual([
    'memory gone',
    'sessionStorage kept',
    'localStorage gone',
  ])
  await expect(page.getByText('Not what this place usually does.')).toBeVisible()
})

test('removes what it planted when the page is left between the two clicks', async ({ page }) => {
  await page.goto('/storage')
  await page.getByRole('button', { name: 'Open a tab and close it' }).click()
  await expect(page.getByText('That tab kept it and is closed.')).toBeVisible()
  expect(await left(page)).toEqual(['authscope.experiment.closed-tab'])
  await page.getByRole('link', { name: 'Twin' }).click()
  await expect(page.getByRole('heading', { name: 'Two ways to stay signed in' })).toBeVisible()
  expect(await left(page)).toEqual([])
})

test('can be used with the keyboard alone', async ({ page }) => {
  await page.goto('/storage')
  const button = page.getByRole('button', { name: 'Open a tab', exact: true })
  await press(button, 'Enter')
  await expect(page.locator('[data-trial="tab"] [data-outcome="shared"]')).toHaveCount(1)
  await expect(button).toBeFocused()
})

test(
  'axe finds nothing once everything was tried, light and dark',
  SOAK,
  async ({ page, person }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await admit(page, await person())
    await page.goto('/storage')
    await runAll(page)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      expect([colorScheme, await faultsOf(page)]).toEqual([colorScheme, []])
    }
  },
)
