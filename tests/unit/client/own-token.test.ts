import { expect, test } from 'vitest'
import { putBack, toOwnToken } from '../../../lib/client/own-token.ts'
import { createSecret } from '../../../lib/random.ts'
import { conceal } from '../../../lib/wire/redaction.ts'

const SIGNED = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9'

test.each([43, 86, 512])(
  'a page knows its own token on the wire, with a signature of %i characters',
  async length => {
    const token = `${SIGNED}.${Array.from({ length: 12 }, createSecret).join('').slice(0, length)}`
    const told = conceal({
      headers: [['authorization', `Bearer ${token}`]],
      body: { a: [token], status: 200 },
      no: null,
    })
    expect(JSON.stringify(told)).not.toContain(token)
    const whole = putBack(told, await toOwnToken(token))
    expect(whole).toEqual({
      headers: [['authorization', `Bearer ${token}`]],
      body: { a: [token], status: 200 },
      no: null,
    })
  },
)

test('it takes no other for its own: not one that was altered anywhere', async () => {
  const signature = createSecret() + createSecret()
  const own = await toOwnToken(`${SIGNED}.${signature}`)
  const other = (at: number) =>
    `${signature.slice(0, at)}${signature[at] === 'A' ? 'B' : 'A'}${signature.slice(at + 1)}`
  for (const at of [0, 11, 12, 40, 85]) {
    const told = conceal({ token: `${SIGNED}.${other(at)}` })
    expect(putBack(told, own)).toEqual(told)
  }
})

test('what is no token has no form on the wire, and nothing is put back', async () => {
  for (const text of ['', 'a', 'a.b.']) expect(await toOwnToken(text)).toBeNull()
  expect(putBack({ a: 'b' }, null)).toEqual({ a: 'b' })
})
