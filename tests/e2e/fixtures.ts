import {
  type APIRequestContext,
  test as base,
  expect,
  type Locator,
  type Page,
  request,
} from '@playwright/test'

export { expect }

export const ORIGIN = 'http://localhost:3210'
export const PASSWORD = 'quiet lanterns over rivers'

type Role = 'reader' | 'editor' | 'admin'
export type Person = { id: string; email: string; name: string; role: Role }

let counter = 0
const unique = () => `${process.pid.toString(36)}${(counter++).toString(36)}`

/** An address of its own for each test, from the range for documentation (RFC 3849). */
const freshAddress = () =>
  `2001:db8:${process.pid % 0xffff}:${counter++}::1`.replace(
    /:(\d+)/g,
    (_, n) => `:${Number(n).toString(16)}`,
  )

type Fixtures = {
  address: string
  http: APIRequestContext
  person(role?: Role): Promise<Person>
  complaints: string[]
}
type WorkerFixtures = { admin: APIRequestContext }

/**
 * A browser from an address of its own, people made for one test, and a page that may not complain.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  admin: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const context = await request.newContext({
        baseURL: ORIGIN,
        extraHTTPHeaders: { 'x-forwarded-for': freshAddress() },
      })
      await context.post('/api/session/sign-in', {
        data: { email: 'admin@demo.example', password: 'demo: watch the wire' },
      })
      await use(context)
      await context.dispose()
    },
    { scope: 'worker' },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  address: async ({}, use) => use(freshAddress()),

  extraHTTPHeaders: async ({ address }, use) => use({ 'x-forwarded-for': address }),

  /** A client that is not a browser: it carries what it is told to carry. */
  http: async ({ address }, use) => {
    const context = await request.newContext({
      baseURL: ORIGIN,
      extraHTTPHeaders: { 'x-forwarded-for': address },
    })
    await use(context)
    await context.dispose()
  },

  person: async ({ admin, http }, use) => {
    await use(async (role = 'editor') => {
      const name = `${role} ${unique()}`
      const email = `${name.replace(' ', '.')}@test.example`
      const made = await http.post('/api/accounts', { data: { email, name, password: PASSWORD } })
      expect(made.status()).toBe(201)
      const { user } = await made.json()
      if (role !== 'reader')
        expect(
          (await admin.patch(`/api/admin/users/${user.id}`, { data: { role } })).status(),
        ).toBe(200)
      return { id: user.id, email, name, role }
    })
  },

  /**
   * What the browser complained about: broken scripts, policies that stopped something. Refusals
   * asked for are no complaints.
   */
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => {
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          complaints.push(message.text())
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

/** Signs in the way a person does. */
export async function signIn(page: Page, { email }: Person, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in and waits for the dashboard. */
export async function enter(page: Page, person: Person): Promise<void> {
  await signIn(page, person)
  await expect(page.getByRole('heading', { name: `Hello, ${person.name}` })).toBeVisible()
}

/**
 * Presses a key on an element, as a person does who sees that it can be used: until the page's code
 * runs it is off, and a key would be lost without a trace.
 */
export async function press(on: Locator, key: string): Promise<void> {
  await expect(on).toBeEnabled()
  await on.press(key)
}

/** Chooses the mode on the settings page. */
export async function chooseMode(page: Page, mode: 'session' | 'token'): Promise<void> {
  await page.goto('/settings')
  await page
    .getByRole('radio', { name: mode === 'session' ? /Cookie session/ : /Bearer JWT/ })
    .click()
  await expect(page.getByText(`This browser now uses the ${mode} mode`)).toBeVisible()
}

/** The steps of the last exchange in the diagram for a request line, as they read on the page. */
export async function rowsOf(page: Page, target: string): Promise<string[]> {
  const exchange = page
    .locator('li[data-trace]')
    .filter({ has: page.getByText(target, { exact: false }).first() })
    .last()
  await expect(exchange.locator('[data-step="response.sent"]')).toBeVisible()
  return exchange
    .locator('[data-step]')
    .evaluateAll(rows => rows.map(row => row.getAttribute('data-step') ?? ''))
}
