import { createPublicKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import {
  ALGORITHMS,
  accepted,
  encode,
  forge,
  OTHER_ALGORITHM,
  REFUSED,
  serverKey,
  tokenHolder,
} from '../../fixtures/tokens.ts'

/** Counts who calls: nobody should. */
async function canary() {
  const calls: string[] = []
  const server = createServer((request, response) => {
    calls.push(request.url ?? '')
    response.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` }
}

test.each(ALGORITHMS)(
  '%s: a token made again with the same key passes, so the forgeries below are well made',
  async algorithm => {
    const { present, resign } = await tokenHolder(algorithm)
    expect(await present(resign())).toMatchObject(accepted(algorithm))
  },
)

test.each(ALGORITHMS)(
  '%s: refuses every spelling of no algorithm, with and without a signature',
  async algorithm => {
    const { token, header, present } = await tokenHolder(algorithm)
    const [, payload, signature] = token.split('.')
    for (const alg of [
      'none',
      'None',
      'NONE',
      'nOnE',
      ' none',
      'none\0',
      '',
      null,
      0,
      [],
      ['none'],
      {},
      undefined,
    ]) {
      for (const last of ['', signature, encode('x')]) {
        const forged = `${encode({ ...header, alg })}.${payload}.${last}`
        expect({ alg, ...(await present(forged)) }).toMatchObject({ alg, ...REFUSED })
      }
    }
    expect(await present(`${token.split('.')[0]}.${payload}`)).toMatchObject(REFUSED)
  },
)

test.each(['RS256', 'ES256', 'EdDSA'] as const)(
  '%s: refuses the public key as an HMAC secret',
  async algorithm => {
    const { app, header, claims, present } = await tokenHolder(algorithm)
    const { keys } = await app.keys.publicJwks()
    const jwk = keys.find(key => key.kid === header.kid)
    const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const secrets = {
      pem,
      'pem without the last line break': pem.trimEnd(),
      'pem with CRLF': pem.replaceAll('\n', '\r\n'),
      der: publicKey.export({ type: 'spki', format: 'der' }),
      'JWK text': JSON.stringify(jwk),
      'JWKS text': JSON.stringify({ keys }),
      kid: String(header.kid),
      nothing: '',
    }
    for (const [name, secret] of Object.entries(secrets)) {
      for (const alg of ['HS256', algorithm]) {
        const forged = forge('HS256', Buffer.from(secret), { ...header, alg }, claims)
        expect({ name, alg, ...(await present(forged)) }).toMatchObject({ name, alg, ...REFUSED })
      }
    }
  },
)

test.each(ALGORITHMS)('%s: takes no key from the header, and fetches none', async algorithm => {
  const { header, claims, present, resign } = await tokenHolder(algorithm)
  const { calls, url } = await canary()
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = own.publicKey.export({ format: 'jwk' })
  const extras = [
    { jwk },
    { jku: url },
    { x5u: url },
    { x5c: [own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    { x5t: 'x' },
    { 'x5t#S256': 'x' },
    { crit: ['exp'] },
    { crit: ['b64'], b64: false },
    { b64: false },
    { b64: true },
    { zip: 'DEF' },
    { cty: 'JWT' },
    { iss: 'authscope' },
  ]
  for (const extra of extras) {
    const byAttacker = forge('ES256', own.privateKey, { ...header, alg: 'ES256', ...extra }, claims)
    expect({ extra, ...(await present(byAttacker)) }).toMatchObject({ extra, ...REFUSED })
    // Even signed by the server itself: it never writes such a header.
    expect({ extra, ...(await present(resign({ header: extra }))) }).toMatchObject({
      extra,
      ...REFUSED,
    })
  }
  expect(calls).toEqual([])
})

test.each(ALGORITHMS)('%s: a hostile kid finds no key', async algorithm => {
  const { app, header, claims, key, present } = await tokenHolder(algorithm)
  const other = await serverKey(app, OTHER_ALGORITHM[algorithm])
  const kids = [
    undefined,
    null,
    '',
    0,
    {},
    [],
    [header.kid],
    `${header.kid} `,
    `${header.kid}\0`,
    '../../../dev/null',
    "' OR '1'='1",
    '__proto__',
    'constructor',
    'toString',
    'a'.repeat(65),
    'a'.repeat(3000),
    '\ud800',
    other.kid,
  ]
  for (const kid of kids) {
    const forged = forge(algorithm, key, { ...header, kid }, claims)
    expect({ kid, ...(await present(forged)) }).toMatchObject({ kid, ...REFUSED })
  }
})

test.each(ALGORITHMS)('%s: refuses the kid of one algorithm with another', async algorithm => {
  const { app, header, claims, present } = await tokenHolder(algorithm)
  const other = OTHER_ALGORITHM[algorithm]
  const { kid, key } = await serverKey(app, other)
  const wrong = [
    forge(other, key, { ...header, alg: other }, claims),
    forge(other, key, { ...header, kid }, claims),
    forge(other, key, { ...header, alg: 'PS256', kid }, claims),
    forge(other, key, { ...header, alg: 'ES256K', kid }, claims),
    forge(other, key, { ...header, alg: 'Ed25519', kid }, claims),
  ]
  for (const forged of wrong) expect(await present(forged)).toMatchObject(REFUSED)
  // The key decides, before any signature is looked at.
  for (const forged of wrong.slice(0, 2))
    expect(await present(forged)).toMatchObject({ reason: 'token.algorithm_refused' })
  // Two keys may be in use at once: each with its own algorithm is fine.
  expect(await present(forge(other, key, { ...header, alg: other, kid }, claims))).toMatchObject({
    me: 200,
    verify: 204,
  })
})

test.each(ALGORITHMS)(
  '%s: refuses a signature that is another one, none, or broken',
  async algorithm => {
    const { app, client, token, header, claims, present } = await tokenHolder(algorithm)
    const [head = '', payload = '', signature = ''] = token.split('.')
    await client.signIn('token', 'admin@test.example')
    const elsewhere = client.accessToken?.split('.')[2]
    const own = {
      HS256: randomBytes(32),
      RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      EdDSA: generateKeyPairSync('ed25519').privateKey,
    }[algorithm]
    const bytes = Buffer.from(signature, 'base64url')
    const forgeries = [
      forge(algorithm, own, header, claims),
      `${head}.${payload}.${elsewhere}`,
      `${head}.${payload}.${Buffer.alloc(bytes.length).toString('base64url')}`,
      `${head}.${payload}.${bytes.subarray(1).toString('base64url')}`,
      `${head}.${payload}.${Buffer.concat([bytes, bytes]).toString('base64url')}`,
      `${head}.${encode({ ...claims, role: 'admin', sub: 'someone-else' })}.${signature}`,
      `${head}.${encode(`${JSON.stringify(claims)} `)}.${signature}`,
    ]
    for (const forged of forgeries) expect(await present(forged)).toMatchObject(REFUSED)
    expect(app.log.join('')).not.toContain('"event":"failure"')
  },
)
