import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base, expect } from './fixtures.ts'

export { expect }

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string }

const cookieOf = ({ headers }: Answer, name: string) =>
  headers['set-cookie']?.find(line => line.startsWith(`${name}=`))?.split(';')[0] ?? ''

/** What is asked of a server as it is, by a client that adds nothing. */
function clientOf(origin: string) {
  function send(
    method: string,
    target: string,
    headers: http.OutgoingHttpHeaders = {},
    body: Iterable<Buffer | string> = [],
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.request(origin + target, { method, headers, agent: false }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
      })
      request.on('error', reject)
      for (const chunk of body) request.write(chunk)
      request.end()
    })
  }

  /** What comes back for bytes that are sent as they are, until the connection is closed. */
  function raw(said: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = ''
      const { port } = new URL(origin)
      const socket = net.connect(Number(port), '127.0.0.1', () => socket.write(said))
      socket.setEncoding('utf8').on('data', chunk => {
        answer += chunk
      })
      socket.on('error', reject).on('close', () => resolve(answer))
    })
  }

  /** Signs in as the editor of the demo, and returns the cookie. */
  async function signIn(): Promise<string> {
    const answer = await send(
      'POST',
      '/api/session/sign-in',
      { 'content-type': 'application/json' },
      [JSON.stringify({ email: 'editor@demo.example', password: 'demo: watch the wire' })],
    )
    expect(answer.status).toBe(200)
    return cookieOf(answer, '__Host-session')
  }

  /** The channel of a browser that is new here, as a cookie. */
  const openChannel = async () => cookieOf(await send('GET', '/'), '__Host-wire')

  return { origin, send, raw, signIn, openChannel }
}

/** Starts a server on a port that is free, and waits until it says that it is ready, or ends. */
async function startIn(folder: string, environment: Record<string, string>) {
  const started = spawn(process.execPath, ['tests/e2e/server.ts'], {
    env: { ...process.env, PORT: '0', AUTHSCOPE_E2E_FOLDER: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = once(started, 'exit').then(([code]) => code as number | null)
  const ready = new Promise<void>(resolve => {
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk
        if (said.includes('ready on')) resolve()
      })
  })
  await Promise.race([ready, ended])
  const port = /ready on http:\/\/localhost:(\d+)/.exec(said)?.[1]
  /** Asks it to end, and returns its exit code. */
  function end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    started.kill(signal)
    return ended
  }
  return { ...clientOf(`http://127.0.0.1:${port}`), said: () => said, ended, end }
}

type Server = Awaited<ReturnType<typeof startIn>>

/**
 * Servers of a test's own, all in one folder: what one has acknowledged the next one finds. No
 * proxy is trusted unless a test says so, since a server behind one takes its time to leave.
 */
export const test = base.extend<{
  start(environment?: Record<string, string>): Promise<Server>
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  start: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'authscope-server-'))
    const servers: Server[] = []
    await use(async environment => {
      const server = await startIn(folder, { AUTHSCOPE_TRUSTED_PROXIES: '', ...environment })
      servers.push(server)
      return server
    })
    await Promise.all(servers.map(server => server.end('SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
  },
})
