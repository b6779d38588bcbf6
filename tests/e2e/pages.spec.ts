import AxeBuilder from '@axe-core/playwright'
import { enter, expect, ORIGIN, press, test } from './fixtures.ts'

const OPEN_PAGES = [
  '/',
  '/sign-in',
  '/sign-up',
  '/password-reset',
  '/settings',
  '/inspector',
  '/storage',
  '/storage/probe',
  '/source',
  '/source?question=refresh',
  '/source?file=lib%2Fauth%2Fguard.ts&step=access.granted',
  '/nowhere',
]
const PROTECTED_PAGES = ['/dashboard', '/devices', '/admin']

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, async ({ page, person }) => {
    test.slow()
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const check = async (path: string) => {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [path, id, nodes[0]?.html])).toEqual([])
    }
    for (const path of OPEN_PAGES) await check(path)
    await enter(page, await person('admin'))
    for (const path of PROTECTED_PAGES) await check(path)
    // Settings once more, now with steps on the wire.
    await check('/settings')
  })
}

for (const locale of ['en', 'ko'] as const) {
  test(`fits a phone of 360 px on every page, ${locale}`, async ({ page, person }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await enter(page, await person('admin'))
    if (locale === 'ko') {
      await page.getByRole('button', { name: '한국어' }).click()
      await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
    }
    for (const path of [...OPEN_PAGES, ...PROTECTED_PAGES]) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([path, overflow]).toEqual([path, 0])
    }
  })
}

test('speaks Korean where it is asked to, and remembers', async ({ page, browser }) => {
  const korean = await (await browser.newContext({ baseURL: ORIGIN, locale: 'ko-KR' })).newPage()
  await korean.goto('/sign-in')
  await expect(korean.getByRole('heading', { level: 1 })).toHaveText('로그인')
  await korean.context().close()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: '한국어' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('로그인')
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
})

test('protected pages send to sign-in and back, and nowhere else', async ({ page, person }) => {
  const someone = await person()
  await page.goto('/devices')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdevices$/)
  await page.getByLabel('Email').fill(someone.email)
  await page.getByLabel('Password', { exact: true }).fill('quiet lanterns over rivers')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/devices$/)
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    '/..//evil.example',
    '/%09/evil.example',
    '%2f%2fevil.example',
    'javascript:alert(1)',
    'https://evil.example',
  ]) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.getByLabel('Email').fill(someone.email)
    await page.getByLabel('Password', { exact: true }).fill('quiet lanterns over rivers')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
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
