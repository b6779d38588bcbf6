import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesOf, read } from '../../scripts/lib/imports.ts'

const IMPORT = /(?:from|import|import\()\s*['"]([^'"]+)['"]/g
const importsOf = (file: string) => [...read(file).matchAll(IMPORT)].map(match => match[1] ?? '')

test('lib/ runs anywhere: it imports neither the framework nor the app', () => {
  const files = filesOf('lib/**/*.{ts,tsx}')
  expect(files.length).toBeGreaterThan(40)
  const forbidden = /^(next|react|react-dom|next-intl)(\/|$)|^@\/|\/app\//
  const found = files.flatMap(file =>
    importsOf(file).flatMap(name => (forbidden.test(name) ? [`${file}: ${name}`] : [])),
  )
  expect(found).toEqual([])
})

test('what lib/ imports of its own it names by its file', () => {
  const found = filesOf('lib/**/*.ts').flatMap(file =>
    importsOf(file).flatMap(name =>
      name.startsWith('.') && !/\.(ts|json)$/.test(name) ? [`${file}: ${name}`] : [],
    ),
  )
  expect(found).toEqual([])
})

// Their sentences for the description of the API aside.
test('the routes of the twins differ in one word', () => {
  const steps = (mode: string) =>
    filesOf(`app/api/${mode}/*/route.ts`).map(file => file.split('/')[3])
  expect(steps('session')).toEqual(['refresh', 'sign-in', 'sign-out'])
  for (const step of steps('session')) {
    const [session, token] = ['session', 'token'].map(mode =>
      read(`app/api/${mode}/${step}/route.ts`).replace(/ says: .*/, ''),
    )
    expect(token).toBe(session?.replaceAll('session', 'token'))
  }
})

test('every route takes the one way: nothing is answered past the pipeline but the stream', () => {
  const files = [...filesOf('app/**/route.ts'), ...filesOf('app/.*/**/route.ts')]
  const others = files.filter(file => !/= routes\(\{\n/.test(read(file)))
  expect(others).toEqual([join('app', 'api', 'wire', 'route.ts')])
  for (const file of files.filter(file => file.startsWith(join('app', 'api'))))
    expect({ file, lines: read(file).split('\n').length < 40 }).toEqual({ file, lines: true })
})
