import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import en from '../../app/_i18n/en.json'
import ko from '../../app/_i18n/ko.json'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const isThere = (file: string) => existsSync(join(ROOT, file))
const filesOf = (pattern: string) => globSync(pattern, { cwd: ROOT }).sort()

const PAGES = ['README.md', 'SECURITY.md', ...filesOf('docs/**/*.md')]

test('every test that SECURITY.md names is there', () => {
  const named = [
    ...read('SECURITY.md').matchAll(
      /`((?:unit|integration|servers|cluster|crash|e2e)\/[\w/-]+\.(?:test|spec)\.ts)`/g,
    ),
  ]
  expect(named.length).toBeGreaterThan(20)
  expect(
    named.filter(([, file = '']) => !isThere(`tests/${file}`)).map(([, file]) => file),
  ).toEqual([])
})

/** What reads the environment: the app, the reports service, the front door, the gateway's rig. */
const READERS = filesOf(
  '{lib/config.ts,services/reports/configuration.ts,{server,scripts/*}/{settings,gateway,paths}.{ts,mjs}}',
)
const VARIABLE = /\b(?:AUTHSCOPE|DATABASE|SESSION|REDIS|MEMCACHED|REPORTS|GATEWAY)_[A-Z_]+\b/g
const variablesIn = (text: string) => new Set(text.match(VARIABLE))
const isOfGateway = (variable: string) => variable.startsWith('GATEWAY_')

test.each([
  ['docs/configuration.md', (variable: string) => !isOfGateway(variable)],
  ['docs/gateway.md', isOfGateway],
])('%s explains every variable that is read, and no other', (page, isExplained) => {
  expect(READERS.length).toBeGreaterThanOrEqual(5)
  const variables = [...variablesIn(READERS.map(read).join('\n'))].filter(isExplained).sort()
  expect(variables.length).toBeGreaterThan(5)
  const rows = read(page)
    .split('\n')
    .filter(line => line.startsWith('| `'))
  const names = rows.map(row => row.split('|')[1]).join('\n')
  expect([...variablesIn(names)].sort()).toEqual(variables)
})

test('every file that a page names is there', () => {
  const PATH =
    /`((?:app|deploy|docs|lib|prisma|scripts|server|services|tests)\/[\w./-]*|proxy\.ts)`/g
  const absent = PAGES.flatMap(page =>
    [...read(page).matchAll(PATH)]
      .filter(([, file = '']) => !isThere(file))
      .map(([, file]) => `${page}: ${file}`),
  )
  expect(absent).toEqual([])
})

test('every command that a page names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const absent = PAGES.flatMap(page =>
    [...read(page).matchAll(/npm run ([\w-]+)/g)]
      .filter(([, name = '']) => !(name in scripts))
      .map(([, name]) => `${page}: ${name}`),
  )
  expect(absent).toEqual([])
})

/** Each heading of a page as GitHub names it in an address. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The links of a page within the project: the page, the file they lead to, the heading there. */
const linksOf = (page: string) =>
  [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter(link => !/^\w+:/.test(link))
    .map(link => {
      const [file = '', anchor] = link.split('#')
      return { page, link, file: file ? join(dirname(page), file) : page, anchor }
    })

test('every link of a page leads to something that is there', () => {
  const links = PAGES.flatMap(linksOf)
  expect(links.length).toBeGreaterThan(50)
  const broken = links.filter(
    ({ file, anchor }) => !isThere(file) || (anchor && !anchorsOf(file).includes(anchor)),
  )
  expect(broken.map(({ page, link }) => `${page}: ${link}`)).toEqual([])
})

test('every page is found from another', () => {
  const linked = new Set(
    PAGES.flatMap(linksOf)
      .filter(to => to.file !== to.page)
      .map(to => to.file),
  )
  expect(PAGES.filter(page => page !== 'README.md' && !linked.has(page))).toEqual([])
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
