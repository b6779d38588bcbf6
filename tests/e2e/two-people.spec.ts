import type { BrowserContext, Page } from '@playwright/test'
import { arrive, enter, expect, type MODES, type Person, rowsOf, TRIED, test } from './fixtures.ts'

const hello = (page: Page, { name }: Person) =>
  page.getByRole('heading', { name: `Hello, ${name}` })

/**
 * A tab that hears nothing of others: as one in the background that the browser has stopped, or in
 * the moment before it hears.
 */
const makeDeaf = (page: Page) =>
  page.addInitScript(() => {
    class Deaf extends EventTarget {
      onmessage = null
      postMessage() {}
      close() {}
    }
    Object.assign(window, { BroadcastChannel: Deaf })
  })

type Given = { page: Page; person(role?: Person['role']): Promise<Person>; context: BrowserContext }

/**
 * An editor signed in on the page, which may be deaf, and then an admin in another tab of the same
 * browser.
 */
async function twoPeople(
  { page, person, context }: Given,
  mode: (typeof MODES)[number],
  { deaf = false } = {},
) {
  const [editor, admin] = [await person('editor'), await person('admin')]
  if (deaf) await makeDeaf(page)
  await arrive(page, editor, { mode })
  const other = await context.newPage()
  await enter(other, admin)
  return { editor, admin, other }
}

for (const mode of TRIED) {
  test(`in ${mode} mode a sign-in as somebody else in one tab is one in all tabs`, async ({
    page,
    person,
    context,
  }) => {
    const { admin, other } = await twoPeople({ page, person, context }, mode)
    await expect(hello(page, admin)).toBeVisible()
    await expect(page.getByText(admin.email, { exact: true })).toBeVisible()
    await other.close()
  })

  test(`in ${mode} mode nothing is written as somebody the page does not name`, async ({
    page,
    person,
    context,
  }) => {
    const { editor, admin, other } = await twoPeople({ page, person, context }, mode, {
      deaf: true,
    })
    const title = `Written by ${editor.name}`
    await page.getByLabel('Title').fill(title)
    await page.getByLabel('Text', { exact: true }).fill('Who wrote this?')
    await page.getByRole('button', { name: 'Write the note' }).click()
    await expect(hello(page, admin)).toBeVisible()
    await other.reload()
    await expect(other.getByRole('heading', { name: `Hello, ${admin.name}` })).toBeVisible()
    await expect(other.getByText(title)).toHaveCount(0)
    await other.close()
  })

  test(`in ${mode} mode an answer that names somebody else changes who the page says it is`, async ({
    page,
    person,
    context,
  }) => {
    const { admin, other } = await twoPeople({ page, person, context }, mode, { deaf: true })
    await page.getByRole('button', { name: 'Who am I?' }).click()
    await expect(hello(page, admin)).toBeVisible()
    await other.close()
  })
}

test('a role that was changed elsewhere is the one the page shows, once an answer has told it', async ({
  page,
  signedIn,
  admin,
}) => {
  const someone = await signedIn('editor')
  await admin.patch(`/api/admin/users/${someone.id}`, { data: { role: 'reader' } })
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await expect(
    page.getByLabel('You', { exact: true }).getByText('reader', { exact: true }),
  ).toBeVisible()
  expect(await rowsOf(page, 'GET /api/me')).toContain('access.granted')
})
