import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MONTHLY, REPORTS_AUDIENCE } from '../fixtures/reports.ts'
import { serveRoutes } from '../fixtures/serve.ts'
import { tokenHolder } from '../fixtures/tokens.ts'

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'reports.mjs')

/** The service as people start it, with nothing in its environment but what is given. */
async function startProcess(environment: Record<string, string>) {
  const child = spawn(process.execPath, [SCRIPT], {
    env: {
      PATH: process.env.PATH,
      REPORTS_PORT: '0',
      ...environment,
    } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output.text += chunk
    })
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  await Promise.race([ended, waitFor(() => output.text.includes(' is ready on '))])
  const port = Number(/ready on http:\/\/localhost:(\d+)/.exec(output.text)?.[1])
  return { child, output, ended, port, origin: `http://127.0.0.1:${port}` }
}

async function waitFor(isSo: () => boolean): Promise<void> {
  for (let count = 0; count < 400 && !isSo(); count += 1)
    await new Promise(resolve => setTimeout(resolve, 25))
}

/** What comes back for bytes that no client library would send. */
const exchange = (port: number, bytes: string) =>
  new Promise<string>((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })

test('starts with an address alone, serves a token of the app, and ends in order', async () => {
  const { resign } = await tokenHolder('ES256')
  const { origin } = await serveRoutes()
  const reports = await startProcess({ REPORTS_JWKS_URL: `${origin}/.well-known/jwks.json` })
  expect((await fetch(`${reports.origin}/health/ready`)).status).toBe(200)
  const authorization = `Bearer ${resign({ claims: { aud: REPORTS_AUDIENCE } })}`
  const answer = await fetch(`${reports.origin}${MONTHLY}`, { headers: { authorization } })
  expect([answer.status, (await answer.json()).report.granted]).toEqual([200, 1])
  reports.child.kill('SIGTERM')
  expect(await reports.ended).toBe(0)
  await expect(fetch(`${reports.origin}/health/live`)).rejects.toThrow()
  expect(reports.output.text).not.toContain(authorization.slice(-40))
})

test('bytes that are no request of ours get a 4xx', async () => {
  const { port, child, ended } = await startProcess({ REPORTS_JWKS_URL: 'http://127.0.0.1:1/keys' })
  const head = 'Host: localhost\r\nConnection: close\r\n\r\n'
  const requests = {
    trace: `TRACE ${MONTHLY} HTTP/1.1\r\n${head}`,
    connect: `CONNECT localhost:80 HTTP/1.1\r\n${head}`,
    'a method that is none': `BREW / HTTP/1.1\r\n${head}`,
    'a star': `GET * HTTP/1.1\r\n${head}`,
    'another host': `GET http://evil.example/nothing HTTP/1.1\r\n${head}`,
    'a host that is none': 'GET / HTTP/1.1\r\nHost: a b/\\c\r\nConnection: close\r\n\r\n',
    'a lone percent': `GET /% HTTP/1.1\r\n${head}`,
    'a backslash': `GET /\\evil HTTP/1.1\r\n${head}`,
    'no protocol': 'hello\r\n\r\n',
    'a long header': `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n${head}`,
    'two lengths': `GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${head}`,
    'no credential': `GET ${MONTHLY} HTTP/1.1\r\n${head}`,
  }
  for (const [name, bytes] of Object.entries(requests))
    expect([name, await exchange(port, bytes)]).toEqual([
      name,
      expect.stringMatching(/^HTTP\/1\.1 4\d\d /),
    ])
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test.each([
  [
    { REPORTS_PORT: 'x', REPORTS_ORIGINS: '*' },
    /^\nREPORTS_PORT cannot be used: .+\nREPORTS_ORIGINS cannot be used: .+\n$/,
  ],
  [
    { REPORTS_HOST: '192.0.2.1' },
    /^\nREPORTS_HOST is "192\.0\.2\.1", which is no address of this machine: .+\n$/,
  ],
])('what it cannot start with is said in a sentence: %o', async (environment, sentence) => {
  const { ended, output } = await startProcess(environment as Record<string, string>)
  expect(await ended).toBe(1)
  expect(output.text).toMatch(sentence)
})

test('a port that is taken is said with the way out', async () => {
  const { port } = await serveRoutes()
  const { ended, output } = await startProcess({
    REPORTS_PORT: String(port),
    REPORTS_HOST: '127.0.0.1',
  })
  expect(await ended).toBe(1)
  expect(output.text).toContain(`Port ${port} is taken by another program`)
  expect(output.text).toContain('REPORTS_PORT=3101 npm run reports')
})
