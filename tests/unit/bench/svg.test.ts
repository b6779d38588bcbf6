import { expect, test } from 'vitest'
import { draw, type Plot } from '../../bench/svg.ts'

const PLOT: Plot = {
  title: 'Less < more & "both"',
  note: 'A note',
  ticks: [0, 1],
  show: String,
  scale: value => value,
  rows: [
    {
      label: 'a <b>',
      figure: '0.50',
      bars: [
        { from: 0, to: 0.5, tone: 'session' },
        { from: 0.4, to: 7, tone: 'token', thin: true },
      ],
      dots: [{ at: 0.5, tone: 'other' }],
      target: 0.8,
    },
  ],
}

test('each tag that is opened is closed, and no text is one', () => {
  const open: string[] = []
  for (const [, closing, name = '', alone] of draw(PLOT).matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g))
    if (closing) expect(open.pop()).toBe(name)
    else if (!alone) open.push(name)
  expect(open).toEqual([])
  const image = draw(PLOT)
  expect(image).toContain('Less &lt; more &amp; &quot;both&quot;')
  expect(image.replaceAll(/<[^<>]+>/g, '')).not.toMatch(/[<>]/)
})

test('a mark is inside the image, however far off its value is', () => {
  const width = Number(/viewBox="0 0 (\d+)/.exec(draw(PLOT))?.[1])
  const places = [...draw(PLOT).matchAll(/ c?x[12]?="([\d.]+)"/g)].map(([, x]) => Number(x))
  expect(places.length).toBeGreaterThan(8)
  expect(Math.max(...places)).toBeLessThan(width)
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
})
