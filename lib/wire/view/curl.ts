import type { Request } from './exchanges.ts'

const NOT_TO_COPY = new Set([
  'cookie',
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
])

/** A secret as it is shown, with what it hangs on: a token is one word. */
const SHOWN = /[\w.*~-]*… \(\d+\) #[\da-f]{8}/g

/** A text as one word of a shell. */
export const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/**
 * The request as a command for a terminal. What page scripts must not see is not in it: a cookie is
 * taken from the jar that signing in with `curl -c cookies.txt` filled, a password is left to be
 * typed, and so is a token that this page does not hold. `pairingCode` makes the call appear on
 * this page.
 */
export function toCurl(request: Request, origin: string, pairingCode: string | null): string {
  const parts = [`curl -i -X ${request.method} ${quote(origin + request.target)}`]
  for (const [name, value] of request.headers) {
    if (
      NOT_TO_COPY.has(name) ||
      name.startsWith('sec-') ||
      name === 'origin' ||
      name === 'referer' ||
      name.startsWith('accept')
    )
      continue
    parts.push(`-H ${quote(`${name}: ${value.replaceAll(SHOWN, 'YOUR_TOKEN')}`)}`)
  }
  if (pairingCode && !request.headers.some(([name]) => name === 'wire-channel'))
    parts.push(`-H ${quote(`Wire-Channel: ${pairingCode}`)}`)
  if (request.headers.some(([name]) => name === 'cookie') || request.target.endsWith('/sign-in'))
    parts.push('-b cookies.txt -c cookies.txt')
  if (request.body !== undefined)
    parts.push(
      `--data ${quote(JSON.stringify(request.body).replaceAll('"•••"', '"YOUR PASSWORD"'))}`,
    )
  return parts.join(' \\\n  ')
}
