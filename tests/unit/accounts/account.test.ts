import { expect, test } from 'vitest'
import { toAdminUser, toUser } from '../../../lib/accounts/account.ts'
import { hasRole, ROLES } from '../../../lib/settings/settings.ts'

test.each([
  ['reader', [true, false, false]],
  ['editor', [true, true, false]],
  ['admin', [true, true, true]],
] as const)('%s may do what the roles up to it may', (role, may) => {
  expect(ROLES.map(least => hasRole(role, least))).toEqual(may)
})

test.each(['root', '', '__proto__', 'constructor', 'Admin'])(
  'the role %j does not exist, and may do nothing',
  role => {
    expect(ROLES.some(least => hasRole(role as 'reader', least))).toBe(false)
  },
)

test('what is told of an account is named, never what is left over', () => {
  const account = {
    id: 'i',
    email: 'e',
    name: 'n',
    role: 'reader',
    disabled: false,
    groupId: null,
    passwordHash: 'secret',
  } as const
  expect(toUser(account)).toEqual({ id: 'i', email: 'e', name: 'n', role: 'reader' })
  expect(toAdminUser(account)).toEqual({
    id: 'i',
    email: 'e',
    name: 'n',
    role: 'reader',
    disabled: false,
  })
})
