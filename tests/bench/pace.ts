import http from 'node:http'
import type { Target } from './load.ts'

const SOCKETS = 64

/**
 * Sends a request so often a second, whether the ones before are answered or not, until it is over.
 * Returns how long each took. (autocannon has a rate too, but sends what belongs to a second at
 * once, and then waits.)
 */
export async function pace(
  { origin, path, headers }: Target,
  perSecond: number,
  isOver: () => boolean,
): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: SOCKETS })
  const milliseconds: number[] = []
  const open = new Set<Promise<void>>()
  const send = () =>
    new Promise<void>((resolve, reject) => {
      const since = performance.now()
      const request = http.get(origin + path, { agent, headers }, response => {
        if (Math.floor((response.statusCode ?? 0) / 100) !== 2)
          reject(new Error(`${path}: ${response.statusCode}`))
        response.resume().on('end', () => {
          milliseconds.push(performance.now() - since)
          resolve()
        })
      })
      request.on('error', reject)
    })
  const started = performance.now()
  let sent = 0
  try {
    while (!isOver()) {
      const due = ((performance.now() - started) / 1000) * perSecond
      for (; sent < due; sent += 1) {
        const one = send()
        open.add(one)
        one.then(
          () => open.delete(one),
          () => undefined,
        )
      }
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    await Promise.all(open)
  } finally {
    agent.destroy()
  }
  return milliseconds
}

/** The same for so many seconds. */
export function paceFor(target: Target, perSecond: number, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000
  return pace(target, perSecond, () => performance.now() > end)
}
