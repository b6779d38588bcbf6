import {
  type APIRequestContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
  request,
} from '@playwright/test'
import { arrive, type Choices, PASSWORD, type Person, type Role } from './actions.ts'

export * from './actions.ts'
export { expect }

export const ORIGIN = 'http://localhost:3210'

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
  signedIn(role?: Role, choices?: Choices): Promise<Person>
  another(options?: BrowserContextOptions): Promise<Page>
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

  /** Makes a person and signs them in, in the mode chosen, without the form. */
  signedIn: async ({ page, person }, use) => {
    await use(async (role, choices) => {
      const someone = await person(role)
      await arrive(page, someone, choices)
      return someone
    })
  },

  /** Opens a page in a browser of its own, from the same address. */
  another: async ({ browser }, use) => {
    const opened: Page[] = []
    await use(async options => {
      const page = await (await browser.newContext(options)).newPage()
      opened.push(page)
      return page
    })
    for (const page of opened) await page.context().close()
  },

  /**
   * A page that may not complain, about a broken script or a policy that stopped something.
   * Refusals asked for are no complaints.
   */
  page: async ({ page }, use) => {
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text())
    })
    await use(page)
    expect(complaints).toEqual([])
  },
})
