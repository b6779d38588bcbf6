import type { Page } from '@playwright/test'
import { admit, choose, expect, MODES, SOAK, test } from './fixtures.ts'
import { delayAnswers, layoutShift, rest, watchShifts } from './shifts.ts'

// What arrives later has its room kept: nothing that is shown moves while a page finds out who is
// signed in, asks the API and hears from the wire.

/** Less than what nobody sees, and a fifth of what Web Vitals call good. */
const MOST = 0.02

const OPEN_PAGES = ['/', '/settings']
const PROTECTED_PAGES = ['/dashboard', '/devices']
const OTHER_PAGES = ['/sign-in', '/sign-up', '/password-reset', '/inspector', '/storage', '/source']

const HEIGHTS = { 320: 640, 390: 844, 768: 1024, 1024: 768, 1440: 900, 1920: 1080 }
const WIDTHS = [320, 390, 768, 1024, 1440, 1920] as const
type Width = (typeof WIDTHS)[number]

const WHO = ['nobody', ...MODES] as const

/** The header says who is signed in, and nothing more arrives. */
async function settle(page: Page, who: (typeof WHO)[number]) {
  const header = page.getByRole('banner')
  await expect(
    who === 'nobody'
      ? header.getByRole('link', { name: /^(Sign in|로그인)$/ })
      : header.getByRole('button', { name: /^(Sign out|로그아웃)$/ }),
  ).toBeVisible()
  await rest(page)
}

/** Loads each page at each width, and names what moved by more than it may. */
async function expectStill(
  page: Page,
  who: (typeof WHO)[number],
  paths: readonly string[],
  widths: readonly Width[],
) {
  await watchShifts(page)
  await delayAnswers(page)
  for (const path of paths)
    for (const width of widths) {
      await page.setViewportSize({ width, height: HEIGHTS[width] })
      await page.goto(path)
      await settle(page, who)
      const { score, moved } = await layoutShift(page)
      const seen = `${path} at ${width} px: ${score.toFixed(3)}\n${moved.join('\n')}`
      expect.soft(score, seen).toBeLessThanOrEqual(MOST)
    }
}

for (const who of WHO) {
  const signIn = who === 'nobody' ? '' : `, ${who}`
  test(`nothing moves while a page waits for its answers${signIn}`, async ({ page, person }) => {
    if (who !== 'nobody') await admit(page, await person('reader'), { mode: who })
    const paths = who === 'nobody' ? OPEN_PAGES : [...OPEN_PAGES, ...PROTECTED_PAGES]
    await expectStill(page, who, paths, [390, 1440])
  })

  for (const language of ['en', 'ko'])
    test(
      `nothing moves on any page at any width: ${language}${signIn}`,
      SOAK,
      async ({ page, person }) => {
        test.slow()
        await choose(page, { language })
        if (who !== 'nobody') await admit(page, await person('admin'), { mode: who })
        const paths = [...OPEN_PAGES, ...OTHER_PAGES]
        if (who !== 'nobody') paths.push(...PROTECTED_PAGES, '/admin')
        await expectStill(page, who, paths, WIDTHS)
      },
    )
}
