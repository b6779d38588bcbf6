import { MODES, type Mode } from '../settings/settings.ts'
import type { Step } from '../wire/steps.ts'
import { type Exchange, find } from '../wire/view/exchanges.ts'
import { declarationsOf, fileOf, QUESTIONS, type Question } from './twins.ts'

/** What tells steps on behalf of whoever calls it. */
const HELPERS = [
  'lib/context/seal.ts',
  'lib/context/set-cookie.ts',
  'lib/auth/refresh-token.ts',
  'lib/auth/jwt/sign.ts',
]

/** The files that are read to find out which function tells which step. */
export const TELLING = [
  ...MODES.flatMap(mode => QUESTIONS.map(question => fileOf(mode, question))),
  ...HELPERS,
]

/** A function of the twins that tells a step, and the exports by which it is reached. */
export type Teller = { mode: Mode; question: Question; name: string; from: string[] }

/** Whoever tells a step, by the name of the step. */
export type Tellers = Record<string, Teller[]>

type Code = { file: string; name: string; isExported: boolean; tells: string[]; calls: Code[] }

/** Which function of the twins tells which step, found in their source. */
export function tellersOf(read: (file: string) => string): Tellers {
  const codes = codeOf(new Map(TELLING.map(file => [file, read(file)])))
  const tellers: Tellers = {}
  for (const mode of MODES)
    for (const question of QUESTIONS) {
      const entries = codes.filter(code => code.isExported && isOf(mode, code))
      for (const code of codes.filter(({ file }) => file === fileOf(mode, question))) {
        const from = entries.filter(entry => reached(entry).has(code)).map(({ name }) => name)
        for (const step of toldBy(code))
          tellers[step] = [...(tellers[step] ?? []), { mode, question, name: code.name, from }]
      }
    }
  return tellers
}

const isOf = (mode: Mode, { file }: Code) => file.startsWith(`lib/auth/${mode}/`)

/** What a function tells itself, and what is told for it by what is no twin's. */
function toldBy(code: Code): Set<string> {
  const helped = reached(code, ({ file }) => HELPERS.includes(file))
  return new Set([...helped].flatMap(({ tells }) => tells))
}

/** Everything that a function calls, by way of others too, and itself. */
function reached(start: Code, follows: (code: Code) => boolean = () => true): Set<Code> {
  const found = new Set([start])
  for (const code of found) for (const called of code.calls) if (follows(called)) found.add(called)
  return found
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm
const IMPORT = /^import (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm
/** The first argument of `tell`, which may choose between two names. */
const TOLD = /\.tell\(([^,]*),/g
const STEP = /'([a-z_]+\.[a-z_]+)'/g
const CALL = /(?<![.\w])(\w+)\(/g

function codeOf(texts: Map<string, string>): Code[] {
  const bodies = new Map<Code, string>()
  for (const [file, text] of texts) {
    const lines = text.split('\n')
    for (const { name, isExported, from, to } of declarationsOf(text)) {
      const body = lines
        .slice(from - 1, to)
        .join('\n')
        .replace(COMMENT, '')
      const told = [...body.matchAll(TOLD)].map(([, argument = '']) => argument).join()
      const tells = [...told.matchAll(STEP)].map(([, step = '']) => step)
      bodies.set({ file, name, isExported, tells, calls: [] }, body)
    }
  }
  const codes = [...bodies.keys()]
  for (const [code, body] of bodies) {
    const imported = importsOf(code.file, texts.get(code.file) ?? '')
    const called = new Set([...body.matchAll(CALL)].map(([, name = '']) => name))
    code.calls = [...called].flatMap(name =>
      codes.filter(
        other => other.name === name && other.file === (imported.get(name) ?? code.file),
      ),
    )
  }
  return codes
}

/** The file that each imported name comes from. */
function importsOf(file: string, text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(IMPORT)].flatMap(([, names = '', from = '']) => {
      const path = new URL(from, `file:///${file}`).pathname.slice(1)
      return names.split(',').map((name): [string, string] => [name.trim(), path])
    }),
  )
}

/**
 * A step of an exchange, its place in that, from 1, the function that told it, and the exports by
 * which the request came to that.
 */
export type LitStep = Teller & { step: Step; number: number }

/** Whose cookie of these a step tells of. Other cookies are none of the twins' business. */
const COOKIE: Record<Mode, string> = { session: '__Host-session', token: '__Host-refresh' }

/** The functions of the twins that told the steps of an exchange, in the order of the steps. */
export function litBy(exchange: Exchange, tellers: Tellers): LitStep[] {
  const received = find(exchange.steps, 'request.received')
  if (!received) return []
  const entries = entriesOf(received.detail.target)
  const isEntry = (name: string) => entries.includes(name)
  return exchange.steps.flatMap((step, index) =>
    (tellers[step.name] ?? [])
      .filter(({ mode, from }) => isAbout(mode, step) && from.some(isEntry))
      .map(teller => ({ ...teller, from: teller.from.filter(isEntry), step, number: index + 1 })),
  )
}

const isAbout = (mode: Mode, { detail }: Step): boolean =>
  !('cookie' in detail) || detail.cookie === COOKIE[mode]

const GUARD = ['receive', 'open', 'standing', 'clear']

/** The exports by which a request enters a mechanism. A helper may serve more than one of them. */
function entriesOf(target: string): string[] {
  const path = target.replace(/\?.*/, '')
  if (path.endsWith('/sign-in')) return ['revoke', 'issue']
  if (/\/api\/(session|token)\/refresh$/.test(path)) return ['refresh']
  if (path.endsWith('/sign-out') || path === '/api/settings') return ['revoke', 'clear']
  if (path === '/api/me/password') return [...GUARD, 'renew']
  // A client ends what it names, without either of the twins.
  if (path === '/api/token/revoke') return []
  return GUARD
}
