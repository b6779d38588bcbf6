import { expect, test } from 'vitest'
import { closureOf, filesOf, read, WHEN_IT_RUNS } from '../../scripts/lib/imports.ts'

/** The namespaces that a file's components read in the browser, in its own files and all below. */
function readBy(file: string): string[] {
  const files = closureOf([file], WHEN_IT_RUNS).files.filter(name => /\.tsx?$/.test(name))
  const names = files.flatMap(name =>
    [...read(name).matchAll(/\buseTranslations\(([^)]*)\)/g)].map(([, name = '']) => name),
  )
  return [...new Set(names)].sort()
}

/** The namespaces that a page or a layout says it sends. */
function sentBy(file: string): string[] {
  const [, list = ''] = /<Messages\s+of=\{\[([^\]]*)\]\}/.exec(read(file)) ?? []
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}

const PAGES = filesOf('app/**/page.tsx')

test.each([...PAGES, 'app/layout.tsx'])('%s sends the messages that it reads', file => {
  const read = readBy(file)
  // What stands in the place of a page that failed is below the layout alone.
  if (file === 'app/layout.tsx') read.push(...readBy('app/error.tsx'))
  expect(sentBy(file)).toEqual(read.sort())
})

test('there are pages, and what they read is found', () => {
  expect(PAGES.length).toBeGreaterThan(8)
  expect(readBy('app/page.tsx')).toContain("'steps'")
})
