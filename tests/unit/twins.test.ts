import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { partsOf } from '../../lib/labs/twins.ts'
import { filesOf, importsOf, read } from '../../scripts/lib/imports.ts'

const MODES = ['session', 'token'] as const
const QUESTIONS = {
  carrier: ['cookie', 'receive', 'send', 'clear'],
  open: ['open'],
  standing: ['standing'],
  issue: ['issue', 'reissue'],
  refresh: ['refresh', 'renew'],
  revoke: ['revoke', 'end', 'list'],
} as const

test.each(MODES)('%s answers the six questions, and spells its answers out', mode => {
  const names = filesOf(`lib/auth/${mode}/*.ts`).map(file => basename(file, '.ts'))
  expect(names).toEqual([...Object.keys(QUESTIONS), 'index'].sort())
  const index = read(`lib/auth/${mode}/index.ts`)
  expect(index).toMatch(
    /export const \w+: Mechanism<\w+, \w+> = \{\n {2}mode: '\w+',\n( {2}\w+,\n)+\}/,
  )
})

test.each(Object.entries(QUESTIONS))('%s: the twins have the same parts', async (file, names) => {
  for (const mode of MODES) {
    const parts = partsOf(read(`lib/auth/${mode}/${file}.ts`))
    expect({ mode, parts: parts.map(({ name }) => name) }).toEqual({ mode, parts: [...names] })
  }
  const [session, token] = (await Promise.all(
    MODES.map(mode => import(`../../lib/auth/${mode}/${file}.ts`)),
  )) as Record<string, { length?: number }>[]
  for (const name of names) expect(session?.[name]?.length).toBe(token?.[name]?.length)
})

test.each(Object.entries(QUESTIONS))('%s: the twins say the same first', (file, names) => {
  const [session, token] = MODES.map(mode => partsOf(read(`lib/auth/${mode}/${file}.ts`)))
  for (const [index, name] of names.entries()) {
    const [own, other] = [session?.[index]?.firstSentence, token?.[index]?.firstSentence]
    expect({ name, says: own }).toEqual({ name, says: other })
    expect(own).toMatch(/^[A-Z].{10,}[.?]$/)
  }
})

// A seal or a signature proves only that this server made it, at some time.
test('whoever opens a credential does not let anybody in for that alone', () => {
  const callers = filesOf('lib/**/*.ts').filter(file => {
    const text = read(file)
    const isImported = importsOf(file).files.some(name =>
      /auth\/(session|token)\/open\.ts$/.test(name),
    )
    return (isImported && /\bopen\(/.test(text)) || /mechanism\.open\(/.test(text)
  })
  expect(callers).toEqual([
    'lib/auth/guard.ts',
    'lib/auth/session/refresh.ts',
    'lib/auth/session/revoke.ts',
    'lib/auth/token/revoke.ts',
    'lib/flows/clients.ts',
  ])
  for (const file of callers.filter(name => !name.endsWith('revoke.ts')))
    expect({ file, asks: /\bstanding\(/.test(read(file)) }).toEqual({ file, asks: true })
})

test('each core is small enough to read at once', () => {
  for (const mode of MODES) {
    const files = filesOf(`lib/auth/${mode}/*.ts`)
    const lines = files.reduce((sum, file) => sum + read(file).trim().split('\n').length, 0)
    expect({ mode, small: lines < 600 }).toEqual({ mode, small: true })
  }
})
