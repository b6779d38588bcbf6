import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fetchKeySet } from '../../../services/reports/key-set.ts'
import { shortenTimeOuts } from '../../fixtures/time-outs.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const good = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'good', alg: 'ES256', use: 'sig' }
const okp = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })

/** A server that answers as told, on loopback. */
async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`)
}

/** The names of the keys that come out of an answer. */
async function namesOf(keys: unknown[]): Promise<string[]> {
  const url = await serve((_, response) => void response.end(JSON.stringify({ keys })))
  const fetched = await fetchKeySet(url)
  return fetched.ok ? [...fetched.keys.keys()] : [fetched.because]
}

test('takes a key of each algorithm, bound to it', async () => {
  const url = await serve((_, response) => {
    const keys = [
      good,
      { ...okp, kid: 'okp', alg: 'EdDSA' },
      { ...rsa, kid: 'rsa', alg: 'RS256', key_ops: ['verify'] },
    ]
    response.end(JSON.stringify({ keys }))
  })
  const fetched = await fetchKeySet(url)
  expect(fetched.ok && [...fetched.keys.values()].map(key => [key.kid, key.algorithm])).toEqual([
    ['good', 'ES256'],
    ['okp', 'EdDSA'],
    ['rsa', 'RS256'],
  ])
})

const { kid: _kid, ...nameless } = good
const { alg: _alg, ...unbound } = good

test.each<[string, unknown]>([
  ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', kid: 'x', alg: 'HS256' }],
  ['a symmetric key that says it is not', { kty: 'oct', k: 'c2VjcmV0', kid: 'x', alg: 'ES256' }],
  ['a public key for HMAC', { ...good, kid: 'x', alg: 'HS256' }],
  ['a key without a name', nameless],
  ['a key without an algorithm', { ...unbound, kid: 'x' }],
  ['a key with no algorithm', { ...good, kid: 'x', alg: 'none' }],
  ['a key to encrypt with', { ...good, kid: 'x', use: 'enc' }],
  ['a key that may not verify', { ...good, kid: 'x', key_ops: ['sign'] }],
  [
    'a key with its private half',
    { ...pair.privateKey.export({ format: 'jwk' }), kid: 'x', alg: 'ES256' },
  ],
  ['a key of another kind than its algorithm', { ...(rsa as JsonWebKey), kid: 'x', alg: 'ES256' }],
  ['a point that is not on the curve', { ...good, kid: 'x', x: good.y }],
  ['a name that no token of ours has', { ...good, kid: '../x' }],
  ['a number', 7],
  ['null', null],
  ['a list', [good]],
])('leaves out %s, and keeps the others', async (_, odd) => {
  expect(await namesOf([odd, good])).toEqual(['good'])
})

test('leaves out two keys by one name: which is meant cannot be known', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  })
  expect(
    await namesOf([good, { ...other, kid: 'twice', alg: 'ES256' }, { ...good, kid: 'twice' }]),
  ).toEqual(['good'])
})

test.each<[string, RequestListener]>([
  ['SyntaxError', (_, response) => void response.end('<!doctype html>')],
  ['SyntaxError', (_, response) => void response.end()],
  ['ZodError', (_, response) => void response.end('null')],
  ['ZodError', (_, response) => void response.end('{"keys":{}}')],
  ['ZodError', (_, response) => void response.end(JSON.stringify([good]))],
  ['ZodError', (_, response) => void response.end(JSON.stringify({ keys: Array(101).fill(good) }))],
  [
    'status 404',
    (_, response) => void response.writeHead(404).end(JSON.stringify({ keys: [good] })),
  ],
  ['status 503', (_, response) => void response.writeHead(503).end()],
  ['status 204', (_, response) => void response.writeHead(204).end()],
  [
    'more than 65536 bytes',
    (_, response) => void response.end(`{"keys":[],"padding":"${'a'.repeat(65_536)}"}`),
  ],
  ['UND_ERR_SOCKET', request => void request.socket.destroy()],
])('an answer that is no key set is %s', async (because, listener) => {
  expect(await fetchKeySet(await serve(listener))).toEqual({ ok: false, because })
})

test('nobody there is a value too', async () => {
  const url = await serve(() => undefined)
  url.port = '1'
  expect(await fetchKeySet(url)).toMatchObject({ ok: false })
})

test('an answer without an end is cut off when it is too large', async () => {
  let sent = 0
  const url = await serve((_, response) => {
    const timer = setInterval(() => {
      sent += 16_384
      response.write('a'.repeat(16_384))
    }, 1)
    response.on('close', () => clearInterval(timer))
  })
  expect(await fetchKeySet(url)).toEqual({ ok: false, because: 'more than 65536 bytes' })
  expect(sent).toBeLessThan(4 * 1024 * 1024)
})

test.each<[string, RequestListener]>([
  ['nothing', () => undefined],
  ['headers', (_, response) => response.writeHead(200).flushHeaders()],
  ['half a body', (_, response) => void response.write('{"keys":[')],
])('after two seconds of waiting, %s is enough', async (_, listener) => {
  const url = await serve(listener)
  const asked = shortenTimeOuts(20)
  expect(await fetchKeySet(url)).toEqual({ ok: false, because: 'TimeoutError' })
  expect(asked).toEqual([2000])
})

test.each([301, 302, 303, 307, 308])('follows no redirect: %d', async status => {
  let followed = 0
  const elsewhere = await serve((_, response) => {
    followed += 1
    response.end(JSON.stringify({ keys: [good] }))
  })
  const url = await serve(
    (_, response) => void response.writeHead(status, { Location: String(elsewhere) }).end(),
  )
  expect(await fetchKeySet(url)).toMatchObject({ ok: false })
  expect(followed).toBe(0)
})
