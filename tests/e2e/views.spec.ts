import type { Page } from '@playwright/test'
import { faultsOf } from './axe.ts'
import { admit, choose, expect, test, WHOLE } from './fixtures.ts'

// Every page as it is seen: in both languages, both themes, on a desk and on a phone, by nobody and
// by somebody in either mode. A part of it stands for the whole, in which each page is seen once and
// each value of each of these often; `npm run soak` looks at everything.

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
const WHO = ['nobody', 'session', 'token'] as const
const WIDTHS = [1280, 360]

const ALL_ROUNDS = [
  { language: 'en', colorScheme: 'light' },
  { language: 'ko', colorScheme: 'dark' },
  { language: 'en', colorScheme: 'dark' },
  { language: 'ko', colorScheme: 'light' },
] as const
const ROUNDS = ALL_ROUNDS.slice(0, WHOLE ? undefined : 2)

/** What is looked at in one round: everything, or every other page, of each one width and person. */
function viewsOf(round: number) {
  const views = [...OPEN_PAGES, ...PROTECTED_PAGES].flatMap((path, page) => {
    const people = WHO.filter(who => who !== 'nobody' || OPEN_PAGES.includes(path))
    return people.flatMap((who, person) =>
      WIDTHS.map((width, size) => {
        const isPart =
          (page + round) % 2 === 0 &&
          person === (page + round) % people.length &&
          size === (page + round + Math.floor(round / 2)) % WIDTHS.length
        return { path, who, width, isPart }
      }),
    )
  })
  return views.filter(({ isPart }) => WHOLE || isPart)
}

/** What the browser reports to the console or against a page's policy, as it comes. */
async function watchReports(page: Page): Promise<string[]> {
  const reported: string[] = []
  page.on('console', message => {
    const isExpected =
      message.text().startsWith('Failed to load resource') &&
      new URL(message.location().url).pathname === '/nowhere'
    if (message.type() === 'error' && !isExpected) reported.push(`${page.url()} ${message.text()}`)
  })
  await page.exposeFunction('report', (what: string) => reported.push(what))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      const { effectiveDirective, blockedURI, sourceFile } = event
      // biome-ignore lint/suspicious/noExplicitAny: exposed for this test
      ;(window as any).report(
        `${location.pathname}: ${effectiveDirective} ${blockedURI} ${sourceFile}`,
      )
    })
  })
  return reported
}

/** The page has found out who is signed in: its header says so, or its form can be used. */
function isKnown(page: Page, who: (typeof WHO)[number]) {
  const header = page.getByRole('banner')
  if (who !== 'nobody') return header.getByRole('button', { name: /^(Sign out|로그아웃)$/ })
  const submit = { name: /^(Sign in|로그인)$/, disabled: false }
  return header
    .getByRole('link', { name: /^(Sign in|로그인)$/ })
    .or(page.getByRole('main').getByRole('button', submit))
    .first()
}

for (const [round, { language, colorScheme }] of ROUNDS.entries())
  test(`every page can be read by all, fits a phone of 360 px, and reports nothing: ${language}, ${colorScheme}`, async ({
    page,
    person,
  }) => {
    test.slow()
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await choose(page, { language })
    const reported = await watchReports(page)
    const admin = await person('admin')
    const views = viewsOf(round)
    for (const who of WHO) {
      if (who !== 'nobody') await admit(page, admin, { mode: who })
      for (const { path, width } of views.filter(view => view.who === who)) {
        await page.setViewportSize({ width, height: 740 })
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expect(isKnown(page, who)).toBeVisible()
        await expect(page.locator('html')).toHaveAttribute('lang', language)
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect([path, width, overflow]).toEqual([path, width, 0])
        expect([path, who, await faultsOf(page)]).toEqual([path, who, []])
      }
    }
    expect(reported).toEqual([])
  })
