import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from '../../app/_i18n/en.json'
import ko from '../../app/_i18n/ko.json'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

test('every test that SECURITY.md names is there', () => {
  const named = [
    ...read('SECURITY.md').matchAll(
      /`((?:unit|integration|servers|cluster|crash|e2e)\/[\w/-]+\.(?:test|spec)\.ts)`/g,
    ),
  ]
  expect(named.length).toBeGreaterThan(20)
  expect(
    named.filter(([, file = '']) => !existsSync(join(ROOT, 'tests', file))).map(([, file]) => file),
  ).toEqual([])
})

test('README.md explains every variable that the configuration reads', () => {
  const sources = [
    'lib/config.ts',
    'services/reports/configuration.ts',
    'scripts/rig/gateway.ts',
    'scripts/lib/settings.mjs',
  ]
    .map(read)
    .join('\n')
  const variables = new Set(
    sources.match(/\b(?:AUTHSCOPE|DATABASE|SESSION|REDIS|MEMCACHED|REPORTS|GATEWAY)_[A-Z_]+\b/g),
  )
  expect(variables.size).toBeGreaterThan(15)
  const readme = read('README.md')
  expect([...variables].filter(variable => !readme.includes(`\`${variable}\``))).toEqual([])
})

test('every file that README.md names is there', () => {
  const named = [
    ...read('README.md').matchAll(
      /`((?:app|deploy|lib|prisma|scripts|server|services|tests)\/[\w./-]*|proxy\.ts)`/g,
    ),
  ].map(([, file = '']) => file)
  expect(named.filter(file => !existsSync(join(ROOT, file)))).toEqual([])
})

/** `a.b.c` for every message, with the arguments it takes. */
function messages(tree: object, path = ''): Map<string, string[]> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string[]][] => {
      const at = path ? `${path}.${key}` : key
      if (typeof value === 'object') return [...messages(value, at)]
      return [[at, [...String(value).matchAll(/\{(\w+)/g)].map(match => match[1] ?? '').sort()]]
    }),
  )
}

test('both languages have the same messages, with the same arguments', () => {
  expect(messages(ko)).toEqual(messages(en))
})
