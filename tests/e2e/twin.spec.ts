import { expect, test } from './fixtures.ts'

test('plays the whole journey in both modes at once and shows what came back', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Play the journey' }).click()
  await expect(page.getByText('Waiting for both to expire')).toBeVisible()
  const session = page.getByRole('region', { name: 'Cookie session' })
  const token = page.getByRole('region', { name: 'Bearer JWT' })
  await expect(session.getByRole('timer').first()).toHaveText(/^0:\d\d$/)
  await expect(token.getByRole('timer').first()).toHaveText(/^0:\d\d$/)
  await expect(page.getByRole('button', { name: 'All done' })).toBeVisible({ timeout: 120_000 })

  const cells = await page.getByRole('table').getByRole('row').allTextContents()
  expect(cells).toEqual([
    'What was doneCookie sessionBearer JWT',
    'Signed in with email and password200the password200the password',
    'Read the notes200200',
    'Wrote a note201201',
    'Signed in again, for 10 seconds200the password200the password',
    'Read again after the lifetime was over401idle too long: the record is gone401past its exp; the signature still holds',
    'Took the way back200the password200the refresh cookie, no password',
    'Deleted the note again204204',
    'Put a copy of the credential aside204204',
    'Signed out204204',
    'Sent the old credential again401no record, no session401denied by its jti',
  ])
  // Each of the two shows its own mechanism's steps and none of the other's.
  await expect(session.locator('[data-step="session.expired"]')).toHaveCount(1)
  await expect(session.locator('[data-step="session.unknown"]')).toHaveCount(1)
  await expect(session.locator('[data-step="token.signed"]')).toHaveCount(0)
  await expect(token.locator('[data-step="token.expired"]')).toHaveCount(1)
  await expect(token.locator('[data-step="refresh.rotated"]')).toHaveCount(1)
  await expect(token.locator('[data-step="session.found"]')).toHaveCount(0)
})

test('goes one stage at a time, and gives this browser its own lifetimes back', async ({
  page,
}) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Only: Sign in' }).click()
  await expect(page.getByRole('button', { name: 'Only: Read' })).toBeEnabled()
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await expect(page.getByLabel('Session: idle limit')).toHaveValue('1800')
  await page.reload()
  await expect(page.getByLabel('Access token', { exact: true })).toHaveValue('300')
})
