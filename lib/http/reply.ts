import { challengeFor, problemOf } from './problems.ts'
import type { InputError, Refusal } from './result.ts'

/** What an answer is made of besides its status. `body` becomes JSON. */
export type Reply = { body?: unknown; headers?: Record<string, string> }

/** The same with its status, on the way out. */
export type FinalReply = Reply & { status: number }

/** Headers of every API answer: nothing here is ever a page, a script or a thing to cache. */
export const API_HEADERS: Record<string, string> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** Two years of HTTPS only (RFC 6797). Sent over HTTPS alone. */
export const HSTS = 'max-age=63072000; includeSubDomains'

export type ProblemBody = {
  type: string
  title: string
  status: number
  code: string
  errors?: InputError[]
  error?: string
}

/** A refusal as an answer: RFC 9457, with its challenge and `Retry-After` where they belong. */
export function toProblem(
  refusal: Refusal,
  mode: 'session' | 'token',
): FinalReply & { body: ProblemBody } {
  const { status, code, title, oauthError } = problemOf(refusal.reason)
  const challenge = challengeFor(refusal.reason, mode)
  const retryAfter = refusal.retryAfterSeconds ?? (status === 503 ? 5 : undefined)
  return {
    status,
    body: {
      type: 'about:blank',
      title,
      status,
      code,
      ...(refusal.errors && { errors: refusal.errors }),
      ...(oauthError && { error: oauthError }),
    },
    headers: {
      'Content-Type': 'application/problem+json',
      ...(challenge && { 'WWW-Authenticate': challenge }),
      ...(retryAfter && { 'Retry-After': String(retryAfter) }),
    },
  }
}

/** A reply as a `Response`, with the headers every answer has. `HEAD` gets the headers alone. */
export function toResponse(
  reply: FinalReply,
  facts: {
    instance: string
    traceId: string
    cookies: string[]
    isHead: boolean
    isSecure: boolean
    cors?: Record<string, string>
  },
): Response {
  const headers = new Headers({
    ...API_HEADERS,
    'Authscope-Instance': facts.instance,
    'Authscope-Trace': facts.traceId,
    ...(reply.body !== undefined && { 'Content-Type': 'application/json' }),
    ...(facts.isSecure && { 'Strict-Transport-Security': HSTS }),
    ...facts.cors,
    ...reply.headers,
  })
  for (const cookie of facts.cookies) headers.append('Set-Cookie', cookie)
  const body = facts.isHead || reply.body === undefined ? null : JSON.stringify(reply.body)
  return new Response(body, { status: reply.status, headers })
}
