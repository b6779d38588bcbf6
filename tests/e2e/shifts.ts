import type { Page } from '@playwright/test'

/** What moved in a frame, and how much that was. */
type Shift = { at: number; value: number; moved: string[] }

type ShiftEntry = PerformanceEntry & {
  value: number
  hadRecentInput: boolean
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[]
}

/** From here on each page of this tab notes what moves on it without being asked to. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = []
    const nameOf = (node: Node | null) => {
      const element = node instanceof Element ? node : node?.parentElement
      return `${element?.tagName.toLowerCase()} "${element?.textContent?.trim().slice(0, 30)}"`
    }
    const placeOf = ({ x, y, width, height }: DOMRectReadOnly) =>
      [x, y, width, height].map(Math.round).join(' ')
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as ShiftEntry[]) {
        const { startTime: at, value, hadRecentInput, sources } = entry
        const moved = sources.map(
          ({ node, previousRect, currentRect }) =>
            `${nameOf(node)} ${placeOf(previousRect)} → ${placeOf(currentRect)}`,
        )
        if (!hadRecentInput) shifts.push({ at, value, moved })
      }
    }).observe({ type: 'layout-shift', buffered: true })
    Object.assign(window, { shifts })
  })
}

/** Two frames: what has changed is painted, and what moved by it is noted. */
const painted = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  )

/** All fonts have come, and nothing has come or gone for thirty frames. */
export const rest = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await document.fonts.ready
    const look = () => [document.querySelectorAll('*').length, document.body.scrollHeight].join()
    for (let [seen, same] = ['', 0]; same < 30; seen = look()) {
      same = look() === seen ? same + 1 : 0
      await new Promise(done => requestAnimationFrame(done))
    }
  })

/**
 * From here on whatever a page asks the API, and each font, is sent once the page as it is was
 * painted, so that they come late on a fast machine too.
 */
export const delayAnswers = (page: Page): Promise<unknown> =>
  page.route(/\.woff2$|\/api\//, async route => {
    const isPainted = () => performance.getEntriesByName('first-contentful-paint').length > 0
    await page.waitForFunction(isPainted)
    await painted(page)
    await route.continue()
  })

/**
 * The cumulative layout shift as Web Vitals define it: the largest sum of a session window, in
 * which shifts are less than a second apart, for five at most; and all that moved.
 */
export async function layoutShift(page: Page): Promise<{ score: number; moved: string[] }> {
  const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts)
  let [score, sum, first, last] = [0, 0, 0, Number.NEGATIVE_INFINITY]
  for (const { at, value } of shifts) {
    const isSame = at - last < 1_000 && at - first < 5_000
    if (!isSame) [sum, first] = [0, at]
    last = at
    sum += value
    score = Math.max(score, sum)
  }
  const moved = shifts.flatMap(({ value, moved }) =>
    moved.map(what => `${value.toFixed(4)} ${what}`),
  )
  return { score, moved }
}
