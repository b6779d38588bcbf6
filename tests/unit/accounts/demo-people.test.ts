import { expect, test } from 'vitest'
import {
  castEmail,
  DEMO_PEOPLE,
  isCastEmail,
  notesOf,
  sharedEmail,
} from '../../../lib/accounts/demo-people.ts'
import { createLocalName } from '../../../lib/random.ts'
import { ROLES } from '../../../lib/settings/settings.ts'

test('there is one for each role, in the order of the roles: the buttons go by it', () => {
  expect(DEMO_PEOPLE.map(({ role }) => role)).toEqual(ROLES)
})

test.each(ROLES)(
  'the address of a %s of a cast is told from the shared one, and from any other',
  role => {
    const name = createLocalName()
    expect(name).toMatch(/^[0-9a-f]{20}$/)
    expect(castEmail(role, name)).toBe(`${role}.${name}@demo.example`)
    expect(isCastEmail(castEmail(role, name))).toBe(true)
    for (const other of [
      sharedEmail(role),
      `${role}.${name}@test.example`,
      `${role}.${name}@demo.example.test.example`,
    ])
      expect(isCastEmail(other)).toBe(false)
  },
)

test('notes are read in the order they are written here', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  for (const person of DEMO_PEOPLE) {
    const times = notesOf(person, now).map(({ createdAt }) => createdAt.getTime())
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(new Set(times).size).toBe(times.length)
  }
})
