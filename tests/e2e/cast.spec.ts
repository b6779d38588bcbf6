import type { Page } from '@playwright/test'
import { choose, expect, TRIED, test } from './fixtures.ts'

/** Signs in with one click, and waits for the dashboard. */
async function enterAs(page: Page, role: 'Reader' | 'Editor' | 'Admin', name: string) {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: role, exact: true }).click()
  await expect(page.getByRole('heading', { name: `Hello, ${name}` })).toBeVisible()
}

test('two browsers that click the same button do not meet', async ({ page, another }) => {
  const other = await another()
  await enterAs(page, 'Editor', 'Edda Editor')
  await enterAs(other, 'Editor', 'Edda Editor')
  await page.getByLabel('Title').fill('Mine alone')
  await page.getByLabel('Text').fill('Nobody else reads it.')
  await page.getByRole('button', { name: 'Write the note' }).click()
  await expect(page.getByRole('heading', { name: 'Mine alone' })).toBeVisible()
  await other.reload()
  await expect(other.getByRole('heading', { name: 'What a session is' })).toBeVisible()
  await expect(other.getByRole('heading', { name: 'Mine alone' })).toHaveCount(0)
  await enterAs(other, 'Admin', 'Ada Admin')
  await other.getByRole('link', { name: 'Admin', exact: true }).click()
  await expect(other.getByText('Your cast: the three accounts', { exact: false })).toBeVisible()
  await expect(other.getByRole('combobox', { name: /^Role of / })).toHaveCount(3)
  await other.getByRole('button', { name: 'End the sign-ins of Edda Editor' }).click()
  await expect(other.getByText('The sign-ins of Edda Editor were ended.')).toBeVisible()
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await expect(page.getByText('Answered.')).toBeVisible()
})

for (const mode of TRIED)
  test(`${mode}: one button takes the cast back to the start, and the page says so`, async ({
    page,
  }) => {
    await choose(page, { mode })
    await enterAs(page, 'Editor', 'Edda Editor')
    await page.getByLabel('Title').fill('To be gone')
    await page.getByLabel('Text').fill('With the rest.')
    await page.getByRole('button', { name: 'Write the note' }).click()
    await expect(page.getByRole('heading', { name: 'To be gone' })).toBeVisible()
    await page.getByRole('button', { name: 'Take my cast back to the start' }).click()
    await expect(
      page.getByRole('heading', { name: 'Your cast is back at the start' }),
    ).toBeVisible()
    await enterAs(page, 'Editor', 'Edda Editor')
    await expect(page.getByRole('heading', { name: 'What a session is' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'To be gone' })).toHaveCount(0)
  })

test('whoever disabled the own editor is shown the way back', async ({ page }) => {
  await enterAs(page, 'Admin', 'Ada Admin')
  await page.getByRole('link', { name: 'Admin', exact: true }).click()
  await page.getByRole('button', { name: 'Disable Edda Editor' }).click()
  await expect(page.getByText('Edda Editor can no longer sign in.')).toBeVisible()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Editor', exact: true }).click()
  await expect(
    page.getByText('Your cast’s password does not open this account', { exact: false }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Take my cast back to the start' }).click()
  await expect(
    page.getByText('Your cast is back at the start. Sign in with one click again.'),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Editor', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Edda Editor' })).toBeVisible()
})

test('whoever is signed in with an account of their own has no cast to take back', async ({
  page,
  signedIn,
}) => {
  await signedIn('admin')
  await expect(page.getByRole('button', { name: 'Take my cast back to the start' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Admin', exact: true }).click()
  await expect(page.getByText('Everybody who signed up here', { exact: false })).toBeVisible()
  await expect(page.getByText('@demo.example').first()).toBeVisible()
  await expect(page.getByText(/\w+\.[0-9a-f]{20}@demo\.example/)).toHaveCount(0)
})

test('the journey is played with the own cast: whoever ends the shared editor’s sign-ins does not end it', async ({
  page,
}) => {
  await page.goto('/')
  const signedIn = page.waitForResponse(response => response.url().endsWith('/api/session/sign-in'))
  await page.getByRole('button', { name: 'Only: Sign in' }).click()
  const { user } = await (await signedIn).json()
  expect(user.name).toBe('Edda Editor')
  expect(user.email).toMatch(/^editor\.[0-9a-f]{20}@demo\.example$/)
})

test('the long addresses of a cast fit a phone of 360 px', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await enterAs(page, 'Admin', 'Ada Admin')
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect(page.getByRole('button', { name: 'Take my cast back to the start' })).toBeVisible()
  expect(['dashboard', await overflow()]).toEqual(['dashboard', 0])
  await page.goto('/admin')
  await expect(page.getByRole('button', { name: 'Disable Edda Editor' })).toBeVisible()
  expect(['admin', await overflow()]).toEqual(['admin', 0])
})
