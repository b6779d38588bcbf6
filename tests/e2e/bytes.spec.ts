import type { Page } from '@playwright/test'
import { choose, expect, MODES, test } from './fixtures.ts'

// What a first load takes, as it travels: bytes are counted, and time is not.

const PAGES = ['/', '/dashboard', '/settings', '/devices']
const LANGUAGES = [
  { language: 'en', watching: 'watching live', fontLimit: 60_000 },
  { language: 'ko', watching: '실시간으로 보는 중', fontLimit: 160_000 },
]
const SCRIPT_LIMIT = 150_000
/** The parts of fonts that were cut out for the pages' own characters. */
const CUT = /-(either|korean)\.[\w-]+\.woff2$/

/** Each file of a kind that the page has loaded, and its bytes in the coding it came in. */
const loaded = (page: Page, kind: string) =>
  page.evaluate(
    end =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => name.endsWith(end))
        .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })),
    kind,
  )

const sum = (files: { bytes: number }[]) => files.reduce((all, { bytes }) => all + bytes, 0)

async function withoutCache(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page)
  await client.send('Network.setCacheDisabled', { cacheDisabled: true })
}

for (const mode of MODES)
  for (const { language, watching, fontLimit } of LANGUAGES)
    test(`${mode}, ${language}: a first load keeps within its bytes`, async ({
      page,
      signedIn,
    }) => {
      const { name } = await signedIn('editor', { mode })
      await choose(page, { language })
      await withoutCache(page)
      for (const path of PAGES) {
        await page.goto(path)
        await expect(page.getByText(watching).first()).toBeVisible()
        await expect(page.getByRole('banner').getByText(name)).toBeVisible()
        await page.evaluate(() => document.fonts.ready)
        const [scripts, fonts] = [await loaded(page, '.js'), await loaded(page, '.woff2')]
        const note = `${path}: ${sum(scripts)} of scripts, ${sum(fonts)} of fonts`
        test.info().annotations.push({ type: 'bytes', description: note })
        expect(sum(scripts), note).toBeGreaterThan(100_000)
        expect(sum(scripts), note).toBeLessThanOrEqual(SCRIPT_LIMIT)
        expect(sum(fonts), note).toBeGreaterThan(20_000)
        expect(sum(fonts), note).toBeLessThanOrEqual(fontLimit)
        expect(fonts.filter(font => !CUT.test(font.name))).toEqual([])
        const weights = await page.evaluate(() =>
          [...document.querySelectorAll('*')].map(element => getComputedStyle(element).fontWeight),
        )
        expect([...new Set(weights)].sort()).toEqual(['400', '500', '600'])
      }
    })

test('a character that no page has of itself comes from the whole font', async ({ page }) => {
  await page.goto('/sign-in')
  const email = page.getByLabel('Email')
  await expect(email).toBeEnabled()
  const whole = page.waitForResponse(answer =>
    /noto-sans-kr-\d+-wght-normal\.[\w-]+\.woff2$/.test(answer.url()),
  )
  await email.fill('뷁')
  expect((await whole).status()).toBe(200)
})

test('what is built is handed out in Brotli to whoever reads it, and is the same in each coding', async ({
  page,
  http,
}) => {
  await page.goto('/sign-in')
  const scripts = await loaded(page, '.js')
  expect(scripts.length).toBeGreaterThan(5)
  const { name } = scripts.reduce((a, b) => (b.bytes > a.bytes ? b : a))
  const codings = ['gzip, deflate, br', 'gzip', 'identity', 'br;q=0, gzip']
  const answers = await Promise.all(
    codings.map(coding => http.get(name, { headers: { 'accept-encoding': coding } })),
  )
  const headers = answers.map(answer => answer.headers())
  const sent = headers.map(header => header['content-encoding'])
  expect(sent).toEqual(['br', 'gzip', undefined, 'gzip'])
  for (const header of headers) {
    expect(header.vary).toContain('Accept-Encoding')
    expect(header['content-type']).toMatch(/^(text|application)\/javascript/)
    expect(header['cache-control']).toContain('immutable')
  }
  const texts = await Promise.all(answers.map(answer => answer.text()))
  expect(new Set(texts).size).toBe(1)
})
