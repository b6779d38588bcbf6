import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { checkAccessToken, checkAgain, type Key } from '../../../lib/auth/jwt/check.ts'

const key: Key = { kid: 'k', algorithm: 'HS256', key: new Uint8Array(32).fill(7) }
const IAT = 1_900_000_000
const EXP = IAT + 300
const claims = {
  iss: 'here',
  aud: 'app',
  sub: 'u',
  iat: IAT,
  exp: EXP,
  jti: 'j',
  sid: 's',
  role: 'reader' as const,
  ver: 'v',
}
const signed = new SignJWT(claims)
  .setProtectedHeader({ typ: 'at+jwt', alg: 'HS256', kid: 'k' })
  .sign(key.key)

const SECONDS = [IAT - 11, IAT - 10, IAT - 1, IAT, IAT + 1, EXP - 1, EXP, EXP + 1]
const MOMENTS = SECONDS.flatMap(second => [second * 1000 - 1, second * 1000, second * 1000 + 1])
const VERIFIERS = ['here', 'elsewhere'].flatMap(issuer =>
  ['app', 'other', ['other', 'app'], ['other'], []].map(audience => ({ issuer, audience })),
)

// A signature is not verified a second time: what is left to judge must then be judged alike.
test('a token is judged again as it is judged at first: at every moment, for every verifier', async () => {
  const accessToken = await signed
  const seen = new Set<string>()
  for (const at of MOMENTS)
    for (const { issuer, audience } of VERIFIERS) {
      const pinned = { issuer, audience, now: new Date(at), findKey: async () => key }
      const first = await checkAccessToken(accessToken, pinned)
      const again = checkAgain(claims, pinned)
      const verdict = ({ ok, ...rest }: typeof first | typeof again) =>
        ok ? 'passes' : { ...rest, value: undefined }
      expect({ at, issuer, audience, says: verdict(again) }).toEqual({
        at,
        issuer,
        audience,
        says: verdict(first),
      })
      seen.add(again.ok ? 'passes' : again.reason)
    }
  expect([...seen].sort()).toEqual([
    'passes',
    'token.audience_refused',
    'token.expired',
    'token.issuer_refused',
    'token.not_yet_valid',
  ])
})
