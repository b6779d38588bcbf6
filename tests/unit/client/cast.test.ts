import { expect, test } from 'vitest'
import type { ApiAnswer } from '../../../lib/client/api.ts'
import { askForCast } from '../../../lib/client/cast.ts'
import { ROLES } from '../../../lib/settings/settings.ts'

const answering = (status: number, body: unknown) => ({
  call: async (): Promise<ApiAnswer> => ({
    status,
    body,
    code: null,
    retryAfterSeconds: null,
    traceId: 't',
  }),
})

// Everybody has the role of a reader now: who a button is for is who they were made as.
const accounts = ROLES.map(role => ({
  email: `${role}.x@demo.example`,
  name: role,
  role: 'reader',
}))

test.each(ROLES)(
  'the button %s is for whoever was made with that role, whatever theirs is now',
  async role => {
    const { credentials } = await askForCast(
      answering(201, { accounts, password: 'p' }),
      'session',
      role,
    )
    expect(credentials).toEqual({ email: `${role}.x@demo.example`, password: 'p' })
  },
)

test('where no cast is given there is nobody to sign in as, and the answer says why', async () => {
  const { credentials, answer } = await askForCast(
    answering(429, { code: 'too_many_attempts' }),
    'token',
    'admin',
  )
  expect([credentials, answer.status]).toEqual([null, 429])
})
