import type { Mode } from '../../settings/settings.ts'
import { quote } from './curl.ts'
import { answerOf, type Exchange, requestOf } from './exchanges.ts'

/** One thing to do in a terminal: what it is, the command, and how it is known on the wire. */
export type TerminalStep = {
  id: (typeof STEPS)[number]
  command: string
  method: string
  target: string
}

const STEPS = ['sign-in', 'call', 'refresh', 'sign-out', 'replay'] as const

type Where = { origin: string; pairingCode: string; email: string; password: string | null }

/**
 * The whole journey of a mode as commands for a terminal that joined with the pairing code. What
 * `curl` does for a cookie by itself (a jar) and what has to be done for a token by hand (a
 * variable, a header) is the difference between the modes.
 */
export function terminalSteps(
  mode: Mode,
  { origin, pairingCode, email, password }: Where,
): TerminalStep[] {
  const join = `-H 'Wire-Channel: ${pairingCode}'`
  const jar = '-b jar.txt -c jar.txt'
  const bearer = '-H "Authorization: Bearer $TOKEN"'
  const credentials = quote(JSON.stringify({ email, password: password ?? 'YOUR PASSWORD' }))
  const signIn = `-H 'Content-Type: application/json' -d ${credentials} ${origin}/api/${mode}/sign-in`
  const post = (step: string, carried: string) =>
    `curl -i -X POST ${join} ${carried} ${origin}/api/${mode}/${step}`
  const me = (carried: string) =>
    `curl -i ${join} -H 'Auth-Mode: ${mode}' ${carried} ${origin}/api/me`
  const read = `sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`
  const commands =
    mode === 'session'
      ? {
          'sign-in': `curl -i ${join} -c jar.txt ${signIn}`,
          call: me('-b jar.txt'),
          refresh: post('refresh', jar),
          // The copy is what somebody else might have made.
          'sign-out': `cp jar.txt copy.txt; ${post('sign-out', jar)}`,
          replay: me('-b copy.txt'),
        }
      : {
          'sign-in': `TOKEN=$(curl -s ${join} -c jar.txt ${signIn} | ${read}); echo "$TOKEN"`,
          call: me(bearer),
          refresh: post('refresh', jar),
          'sign-out': post('sign-out', `${jar} ${bearer}`),
          replay: me(bearer),
        }
  const target = { call: '/api/me', replay: '/api/me' } as Record<string, string>
  return STEPS.map(id => ({
    id,
    command: commands[id],
    method: id in target ? 'GET' : 'POST',
    target: target[id] ?? `/api/${mode}/${id}`,
  }))
}

/**
 * What the terminal's steps got, as far as they were seen on the wire in their order: a status
 * each, null while there is none.
 */
export function seenInTerminal(
  steps: readonly TerminalStep[],
  exchanges: readonly Exchange[],
): (number | null)[] {
  const calls = exchanges.filter(exchange => exchange.isTerminal)
  // Whoever begins again begins with signing in.
  const start = calls.findLastIndex(exchange => matches(steps[0], exchange))
  let at = start < 0 ? calls.length : start
  return steps.map(step => {
    const found = calls.slice(at).findIndex(exchange => matches(step, exchange))
    if (found < 0) return null
    at += found + 1
    return answerOf(calls[at - 1] as Exchange)?.status ?? null
  })
}

function matches(step: TerminalStep | undefined, exchange: Exchange): boolean {
  const request = requestOf(exchange)
  return request?.method === step?.method && request?.target === step?.target
}
