import {
  admit,
  arrive,
  choose,
  chooseMode,
  enter,
  expect,
  PASSWORD,
  SOAK,
  TRIED,
  test,
} from './fixtures.ts'

// What browsers do that no server asked for: cookies not kept, clocks put right, time that goes by.

test('a session cookie that the browser does not keep is told, with what helps, and token mode goes on without', async ({
  page,
  person,
  context,
}) => {
  const someone = await person()
  for (const path of ['session', 'token'])
    await page.route(`**/api/${path}/sign-in`, async route => {
      const response = await route.fetch()
      await context.clearCookies({ name: /session|refresh|known/ })
      const { 'set-cookie': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
  const signIn = async () => {
    await page.getByLabel('Email').fill(someone.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await page.goto('/sign-in')
  await signIn()
  await expect(
    page.getByRole('alert').getByText('this browser did not keep the cookie'),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled()
  await chooseMode(page, 'token')
  await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click()
  await signIn()
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await expect(page.getByText('Answered.')).toBeVisible()
})

test('a browser that lets a page keep nothing and speak to no other tab has pages that work', async ({
  page,
  person,
}) => {
  // As Firefox is where all cookies are blocked: each of these throws.
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, { get: refuse })
    Object.assign(window, {
      BroadcastChannel: class {
        constructor() {
          refuse()
        }
      },
    })
    navigator.locks.request = () =>
      Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'))
  })
  await chooseMode(page, 'token')
  const someone = await person()
  await enter(page, someone)
  await page.goto('/storage')
  await expect(page.getByRole('banner').getByRole('button', { name: 'Sign out' })).toBeVisible()
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible()
})

test(
  'a token that nothing can renew ends on the page too, untouched',
  SOAK,
  async ({ page, person }) => {
    await choose(page, { mode: 'token', refresh: false, accessTokenSeconds: 8 })
    await enter(page, await person('reader'))
    await expect(page.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible()
  },
)

test('a clock that is put right while the page is open changes no countdown', async ({
  page,
  signedIn,
}) => {
  await signedIn('reader')
  await expect(page.getByRole('timer').first()).toHaveText(/^(30:00|29:\d\d)$/)
  await page.evaluate(() => {
    const now = Date.now
    Date.now = () => now() + 2 * 3600_000
  })
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await expect(page.getByText('Answered.')).toBeVisible()
  await expect(page.getByRole('timer').first()).toHaveText(/^(30:00|29:\d\d)$/)
})

test('whoever forgot the password sets a new one with a code from an admin', async ({
  page,
  person,
  signedIn,
  another,
}) => {
  const someone = await person()
  const lost = await another()
  await arrive(lost, someone)
  await signedIn('admin')
  await page.getByRole('link', { name: 'Admin' }).click()
  await page.getByRole('button', { name: `Make a reset code for ${someone.name}` }).click()
  const code = await page.getByText(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/).textContent()
  const there = await another()
  await there.goto('/sign-in')
  await there.getByRole('link', { name: 'Set a new one with a code' }).click()
  const set = async (typed: string, next: string) => {
    await there.getByLabel('Email').fill(someone.email)
    await there.getByLabel('Code', { exact: true }).fill(typed)
    await there.getByLabel('New password').fill(next)
    await there.getByRole('button', { name: 'Set the password' }).click()
  }
  await set('abcd-efgh-ijkl-mnop', 'seven lanterns on a lake')
  await expect(
    there.getByRole('alert').getByText('This code is wrong, was used, or is too old.'),
  ).toBeVisible()
  await set(code ?? '', 'password12345678')
  await expect(there.getByText(/^Too easy to guess/)).toBeVisible()
  await set((code ?? '').toUpperCase().replaceAll('-', ' '), 'seven lanterns on a lake')
  await expect(there.getByText('The password is set')).toBeVisible()
  await expect(lost.getByRole('heading', { name: 'The password was set anew' })).toBeVisible()
  await there.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await there.getByLabel('Email').fill(someone.email)
  await there.getByLabel('Password', { exact: true }).fill('seven lanterns on a lake')
  await there.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(there.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
})

for (const mode of TRIED)
  test(`in ${mode} mode whoever leaves is gone, in every browser`, async ({
    page,
    person,
    another,
  }) => {
    const someone = await person()
    const other = await another()
    await arrive(other, someone)
    await admit(page, someone, { mode })
    await page.goto('/devices')
    await page.getByText('Remove this account').click()
    const form = page.locator('details', { hasText: 'Remove this account' })
    await form.getByLabel('Password of this account').fill('not the right password')
    await form.getByRole('button', { name: 'Remove the account' }).click()
    await expect(form.getByText('This is not the current password.')).toBeVisible()
    await form.getByLabel('Password of this account').fill(PASSWORD)
    await form.getByRole('button', { name: 'Remove the account' }).click()
    await expect(page.getByRole('heading', { name: 'The account was removed' })).toBeVisible()
    await expect(other.getByRole('heading', { name: 'The account was removed' })).toBeVisible()
  })
