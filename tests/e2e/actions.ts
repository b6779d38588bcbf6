import { expect, type Locator, type Page } from '@playwright/test'

// What a person does in a browser, and what a test does in their place where that is not its
// subject.

/** Whether everything is tried, as `npm run soak` does, and not a part that stands for it. */
export const WHOLE = process.env.AUTHSCOPE_SOAK === '1'
/** Marks a test that takes long: `playwright.config.ts` leaves it to `npm run soak`. */
export const SOAK = { tag: '@soak' }

export const PASSWORD = 'quiet lanterns over rivers'
export const MODES = ['session', 'token'] as const
export type Mode = (typeof MODES)[number]

/** Where both modes take one way through the page: the one with more in it, or both. */
export const TRIED: readonly Mode[] = WHOLE ? MODES : ['token']
export type Role = 'reader' | 'editor' | 'admin'
export type Person = { id: string; email: string; name: string; role: Role }

/** Settings of a browser, as `PATCH /api/settings` takes them. */
export type Choices = { mode?: Mode } & Record<string, string | number | boolean>

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

/** Signs in without the form, where signing in is not what a test is about. */
export async function admit(page: Page, person: Person, choices: Choices = {}): Promise<void> {
  if (Object.keys(choices).length > 0) await choose(page, choices)
  const path = `/api/${choices.mode ?? 'session'}/sign-in`
  const data = { email: person.email, password: PASSWORD }
  expect((await page.request.post(path, { data })).status()).toBe(200)
}

/** Signs in without the form, and opens the dashboard. */
export async function arrive(page: Page, person: Person, choices: Choices = {}): Promise<void> {
  await admit(page, person, choices)
  await page.goto('/dashboard')
  await expect(page.getByRole('heading', { name: `Hello, ${person.name}` })).toBeVisible()
}

/** Changes settings without the settings page. */
export async function choose(page: Page, choices: Choices): Promise<void> {
  expect((await page.request.patch('/api/settings', { data: choices })).status()).toBe(200)
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
export async function chooseMode(page: Page, mode: Mode): Promise<void> {
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
  const rows = () =>
    exchange
      .locator('[data-step]')
      .evaluateAll(found => found.map(row => row.getAttribute('data-step') ?? ''))
  let whole: string[] = []
  // Looked at in one go: between two looks the next exchange may have begun.
  await expect(async () => {
    whole = await rows()
    expect(whole).toContain('response.sent')
  }).toPass()
  return whole
}
