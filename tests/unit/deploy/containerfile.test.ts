import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inRoot } from '../../../scripts/lib/paths.mjs'
import { CONTRACT } from '../../fixtures/contract.ts'

type Instruction = { name: string; text: string }

/** Each instruction on one line, without comments. */
function instructionsOf(file: string): Instruction[] {
  const text = readFileSync(inRoot(file), 'utf8').replace(/\\\n\s*/g, '')
  const lines = text.split('\n').filter(line => line.trim() && !line.startsWith('#'))
  return lines.map(line => ({
    name: line.split(' ')[0] ?? '',
    text: line.slice(line.indexOf(' ') + 1),
  }))
}

const all = instructionsOf('deploy/Containerfile')
const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'))
const textOf = (name: string) => last.findLast(instruction => instruction.name === name)?.text ?? ''
const ignored = readFileSync(inRoot('.dockerignore'), 'utf8').split('\n')

/** What each stage made from the project, and does not find in it. */
const MADE = ['node_modules', '.next']

test('the app runs as somebody who owns nothing in the image, on the Node of the project', () => {
  expect(textOf('USER')).toBe('node')
  const { dependencies } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
  const major = /\d+/.exec(dependencies.node)?.[0]
  for (const { text } of all.filter(({ name }) => name === 'FROM'))
    expect(text).toMatch(new RegExp(`^docker\\.io/library/node:${major}-slim( AS build)?$`))
  expect(last.filter(({ name, text }) => name === 'COPY' && text.includes('--chown'))).toEqual([])
})

test('no secret is in it, and none can get in', () => {
  expect(all.filter(({ text }) => /SECRET|PEPPER|PASSWORD|DATABASE_URL/.test(text))).toEqual([])
  expect(all.filter(({ name }) => name === 'ARG')).toEqual([])
  expect(ignored).toEqual(expect.arrayContaining(['**/.env*', '.data', '.git', 'node_modules']))
})

test('what is copied is in the project, and not kept out of the build', () => {
  const sources = all
    .filter(({ name }) => name === 'COPY')
    .flatMap(({ text }) =>
      text
        .split(' ')
        .filter(part => !part.startsWith('--'))
        .slice(0, -1),
    )
    .map(source => path.posix.relative('/app', path.posix.resolve('/app', source)) || '.')
  expect(sources.length).toBeGreaterThan(8)
  const there = (source: string) =>
    MADE.includes(source) || (existsSync(inRoot(source)) && !ignored.includes(source))
  expect(sources.filter(source => !there(source))).toEqual([])
})

test('every module that the server starts with is in the last stage', () => {
  const copied = new Set(
    last
      .filter(({ name }) => name === 'COPY')
      .flatMap(({ text }) => text.match(/(?<=\/app\/)[\w.-]+/g) ?? []),
  )
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(inRoot(file), 'utf8')
    for (const [, name = ''] of text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g))
      if (!name.includes('/generated/')) visit(path.posix.join(path.posix.dirname(file), name))
  }
  for (const file of ['server/serve.ts', 'scripts/migrate.mjs', 'prisma/seed.ts']) visit(file)
  expect(seen.size).toBeGreaterThan(30)
  expect([...seen].filter(file => !copied.has(file.split('/')[0] ?? ''))).toEqual([])
})

test('it is asked for its health where the app answers, and is stopped by the signal itself', () => {
  const [address = ''] =
    /http:\/\/127\.0\.0\.1:3000(\/[\w/]+)/.exec(textOf('HEALTHCHECK'))?.slice(1) ?? []
  expect(CONTRACT[address]).toHaveProperty('GET')
  expect([textOf('EXPOSE'), textOf('ENV')]).toEqual(['3000', expect.stringContaining('PORT=3000')])
  // In the form of a list: with a shell between them the signal would not arrive.
  expect(JSON.parse(textOf('CMD'))).toEqual(['node', 'server/serve.ts'])
})
