import { expect, ORIGIN, PASSWORD, press, test, WHOLE } from './fixtures.ts'

test('speaks Korean where it is asked to, and remembers', async ({ page, another }) => {
  const korean = await another({ locale: 'ko-KR' })
  await korean.goto('/sign-in')
  await expect(korean.getByRole('heading', { level: 1 })).toHaveText('로그인')
  await page.goto('/sign-in')
  await page.getByRole('button', { name: '한국어' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('로그인')
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
})

// `unit/http/pages.test.ts` has all of them too.
const ELSEWHERE = [
  '//evil.example',
  'javascript:alert(1)',
  '/\\evil.example',
  '/..//evil.example',
  '/%09/evil.example',
  '%2f%2fevil.example',
  'https://evil.example',
].slice(0, WHOLE ? undefined : 2)

test('protected pages send to sign-in and back, and nowhere else', async ({ page, person }) => {
  const someone = await person('reader')
  const fillIn = async () => {
    await page.getByLabel('Email').fill(someone.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await page.goto('/devices')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdevices$/)
  await fillIn()
  await expect(page).toHaveURL(/\/devices$/)
  for (const next of ELSEWHERE) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await fillIn()
    await expect(page).toHaveURL(`${ORIGIN}/dashboard`)
  }
})

test('every page carries the headers that protect it, with a nonce of its own', async ({
  http,
}) => {
  const policies = new Set<string>()
  for (const path of ['/', '/sign-in', '/settings', '/nowhere']) {
    const headers = (await http.get(path)).headers()
    const policy = headers['content-security-policy'] ?? ''
    policies.add(policy)
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic';/)
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    for (const directive of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(directive)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': expect.stringContaining('no-store'),
    })
    expect(headers['x-powered-by']).toBeUndefined()
  }
  expect(policies.size).toBe(4)
})

test('can be used with the keyboard alone', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Editor', exact: true })).toBeEnabled()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()
  await press(page.getByRole('button', { name: 'Editor', exact: true }), 'Enter')
  await expect(page.getByRole('heading', { name: 'Hello, Edda Editor' })).toBeVisible()
  const step = page.locator('[data-step="session.created"]')
  await press(step, 'Enter')
  await expect(step).toHaveAttribute('aria-pressed', 'true')
})
