export type Init = {
  method?: string
  body?: unknown
  form?: string
  headers?: Record<string, string>
}
// biome-ignore lint/suspicious/noExplicitAny: answers have every shape
export type Answer = { status: number; body: any; cookies: Map<string, string> }

/**
 * Where people do what they do: a process that can be killed, or apps in this one whose clocks are
 * told.
 */
export type Server = {
  /** Sends a request and insists on one of these statuses. */
  send(target: string, init: Init, ...statuses: number[]): Promise<Answer>
  /** As the admin. */
  asAdmin(target: string, init: Init, ...statuses: number[]): Promise<Answer>
  /** As a service with client credentials: `introspect` or `revoke`. */
  asClient(what: 'introspect' | 'revoke', token: string): Promise<Answer>
  isKilled(): boolean
  /** Where time is told: lets it go by, and says what it is, in milliseconds. */
  told?: { pass(seconds: number): void; now(): number }
}

/** What a request carries besides what it is about. */
export function toRequest({ method = 'GET', body, form, headers = {} }: Init): RequestInit {
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
  const payload = form ?? (body === undefined ? undefined : JSON.stringify(body))
  const all = { ...headers, ...(payload === undefined ? {} : { 'content-type': type }) }
  return { method, headers: all, body: payload ?? null }
}

export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const pairs = response.headers.getSetCookie().map(line => (line.split(';')[0] ?? '').split('='))
  const cookies = new Map(pairs.map(([name = '', value = '']) => [name, value]))
  return { status: response.status, body: text ? JSON.parse(text) : null, cookies }
}

/**
 * The server could not say, in time, what became of it: a store was not quick enough. It may have
 * been done or not.
 */
export class Unanswered extends Error {}

/** The answer, if it is one of those that were to be expected. */
export function insist(
  answer: Answer,
  target: string,
  { method = 'GET' }: Init,
  statuses: number[],
): Answer {
  if (statuses.includes(answer.status)) return answer
  const said = `${method} ${target}: ${answer.status} ${JSON.stringify(answer.body)}`
  throw answer.status === 503 ? new Unanswered(said) : new Error(said)
}

/** The Basic credentials of a client. */
export const basicOf = ({ id, secret }: { id: string; secret: string }): string =>
  `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')}`
