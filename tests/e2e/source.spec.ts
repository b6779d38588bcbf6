import type { Page } from '@playwright/test'
import { faultsOf, THEMES } from './axe.ts'
import { arrive, chooseMode, enter, expect, type Mode, SOAK, test } from './fixtures.ts'

const QUESTIONS = [
  'Where does it travel?',
  'Did this server make it?',
  'Is it still good?',
  'How does it begin?',
  'How does it go on?',
  'How does it end?',
]

const functionOf = (page: Page, mode: Mode, name: string) =>
  page.locator(`[data-row] > [data-mode="${mode}"] [data-function="${name}"]`)

/** Opens a question by its tab, without a page load, so that the wire goes on. */
async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: question }).click()
  await expect(page.getByRole('heading', { level: 2, name: question })).toBeVisible()
}

/** Goes to the page from where the requests were made. */
async function open(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Source', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Two mechanisms, six questions')
}

async function expectLit(page: Page, mode: Mode, name: string, step: string): Promise<void> {
  const lit = functionOf(page, mode, name)
  await expect(lit).toHaveAttribute('data-lit', 'true')
  await expect(lit.locator(`[data-told="${step}"]`)).toHaveText(new RegExp(`^\\d+${step}$`))
}

test('the functions that let a request pass are lit by its steps, in both modes', async ({
  page,
  person,
}) => {
  const someone = await person()
  await arrive(page, someone)
  await expect(page.getByText('notes.read').first()).toBeVisible()
  await open(page)
  await expectLit(page, 'session', 'receive', 'cookie.received')
  await ask(page, 'Did this server make it?')
  await expectLit(page, 'session', 'open', 'cookie.unsealed')
  await ask(page, 'Is it still good?')
  await expectLit(page, 'session', 'standing', 'session.found')
  await expect(functionOf(page, 'session', 'goOn')).toHaveAttribute('data-lit', 'false')
  await expect(functionOf(page, 'token', 'standing')).toHaveAttribute('data-lit', 'false')

  await chooseMode(page, 'token')
  await enter(page, someone)
  await expect(page.getByText('notes.read').first()).toBeVisible()
  await open(page)
  await expectLit(page, 'token', 'receive', 'header.received')
  await ask(page, 'Did this server make it?')
  await expectLit(page, 'token', 'open', 'token.verified')
  await ask(page, 'Is it still good?')
  await expectLit(page, 'token', 'ask', 'revocation.checked')
  await expect(functionOf(page, 'token', 'standing')).toHaveAttribute('data-lit', 'on-the-way')
  // An earlier request can be chosen: the sign-in lights up how it begins.
  await ask(page, 'How does it begin?')
  await page.getByLabel('Bearer JWT, lit by').selectOption('POST /api/token/sign-in · 200')
  await expectLit(page, 'token', 'issue', 'family.created')
  await expectLit(page, 'token', 'reissue', 'token.signed')
})

test('with nothing seen it says so, and a request that is sent lights the twins up', async ({
  page,
}) => {
  await page.goto('/source')
  await expect(page.getByText('Nothing was seen yet')).toBeVisible()
  await expect(page.locator('[data-lit="true"]')).toHaveCount(0)
  await page.getByRole('button', { name: 'Send GET /api/me' }).click()
  await expectLit(page, 'session', 'receive', 'cookie.missing')
  await expect(page.getByText('Nothing was seen yet')).toBeHidden()
})

test('a step leads to its place on the wire', async ({ page, person }) => {
  await arrive(page, await person())
  await page.goto('/source?question=standing')
  const told = functionOf(page, 'session', 'standing').locator('[data-told="session.found"]')
  await told.click()
  const row = page.locator('#wire-session [data-step="session.found"]')
  await expect(row).toBeFocused()
  await expect(row).toHaveAttribute('aria-pressed', 'true')
  const number = Number(/^\d+/.exec((await told.textContent()) ?? '')?.[0])
  const names = await page
    .locator('#wire-session [data-step]')
    .evaluateAll(rows => rows.map(row => row.getAttribute('data-step')))
  expect(names[number - 1]).toBe('session.found')
})

/** Where the two halves of each export begin. */
const startsOf = (page: Page) =>
  page.locator('[data-row]').evaluateAll(rows =>
    rows.map(row =>
      ['session', 'token'].map(mode => {
        const half = row.querySelector(`[data-mode="${mode}"]`)?.getBoundingClientRect()
        return { x: Math.round(half?.x ?? 0), y: Math.round(half?.y ?? 0) }
      }),
    ),
  )

test('the halves of each export begin at one height, one above the other on a phone', async ({
  page,
}) => {
  for (const question of QUESTIONS) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto('/source')
    await ask(page, question)
    const wide = await startsOf(page)
    expect(wide.length).toBeGreaterThan(0)
    for (const [session, token] of wide) {
      expect(session?.y).toBe(token?.y)
      expect(session?.x).toBeLessThan(token?.x ?? 0)
    }
    await page.setViewportSize({ width: 390, height: 844 })
    for (const [session, token] of await startsOf(page)) {
      expect(session?.x).toBe(token?.x)
      expect(session?.y).toBeLessThan(token?.y ?? 0)
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect([question, overflow]).toEqual([question, 0])
  }
})

test('a file of the twins leads to both, and no other file can be looked at', async ({ page }) => {
  await page.goto('/source?file=lib%2Fauth%2Ftoken%2Fstanding.ts&step=revocation.checked#step')
  await expect(page.locator('#step')).toContainText("'revocation.checked'")
  await page.getByRole('link', { name: 'Beside its twin: Is it still good?' }).click()
  await expect(page.getByRole('heading', { level: 2, name: 'Is it still good?' })).toBeVisible()
  await page.getByRole('link', { name: 'lib/auth/session/standing.ts' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('lib/auth/session/standing.ts')
  for (const address of ['file=package.json', 'file=../.env', 'question=verify', 'question=']) {
    const answer = await page.goto(`/source?${address}`)
    expect([address, answer?.status()]).toEqual([address, 404])
  }
})

for (const colorScheme of THEMES) {
  test(
    `axe finds nothing where functions are lit, ${colorScheme}`,
    SOAK,
    async ({ page, person }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await arrive(page, await person())
      for (const question of ['standing', 'refresh']) {
        await page.goto(`/source?question=${question}`)
        await expect(page.locator('#wire-session [data-step="response.sent"]')).toBeVisible()
        await page.getByText('What they import').click()
        expect([question, await faultsOf(page)]).toEqual([question, []])
      }
    },
  )
}

test('nothing moves when the functions are lit', async ({ page, person }) => {
  await arrive(page, await person())
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    const tops = () =>
      page.locator('[data-function]').evaluateAll(all => {
        const main = document.querySelector('main')?.getBoundingClientRect().y ?? 0
        return all.map(one => Math.round(one.getBoundingClientRect().y - main))
      })
    // Without steps nothing is lit, whatever is done.
    await page.route('**/api/wire', route => route.abort())
    await page.goto('/source?question=standing')
    await expect(page.getByRole('link', { name: 'Dashboard' }).last()).toBeVisible()
    await expect(page.getByText('Nothing was seen yet')).toBeVisible()
    const before = await tops()
    await page.unroute('**/api/wire')
    await page.goto('/source?question=standing')
    await expectLit(page, 'session', 'standing', 'session.found')
    expect(await tops()).toEqual(before)
  }
})
