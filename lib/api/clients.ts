import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { App } from '../app.ts'
import type { Context } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Answer, Open } from './endpoint.ts'

/**
 * `POST /api/token/introspect` and `/revoke`. The hint is taken and not needed: the two kinds of
 * token cannot be confused.
 */
const TokenForm = z.object({ token: z.string().min(1), token_type_hint: z.string().optional() })

/** The client whose Basic credentials came with the request (RFC 6749, 2.3.1), by its id. */
function authenticateClient(c: Context<App>): Result<string> {
  const [id, secret] = readBasic(c.request.headers.get('authorization') ?? '')
  const expected = Object.hasOwn(c.app.config.clients, id) ? c.app.config.clients[id] : undefined
  // Compared by hash, so that neither length nor content shows in the time; an unknown id is
  // compared too.
  const isRight = timingSafeEqual(sha256(secret), sha256(expected ?? ''))
  if (isRight && expected) return accept(id)
  c.audit('client.refused', { outcome: 'client_unknown' })
  return refuse('client_unknown')
}

type FormOfToken = Open<z.infer<typeof TokenForm>>

/**
 * What both endpoints for other services have in common: a form with a token, from a client whose
 * credentials are right.
 */
export const forClients = (handle: (c: FormOfToken, client: string) => Answer) => ({
  mode: 'token' as const,
  checksOrigin: true,
  takesForm: true,
  input: TokenForm,
  async handle(c: FormOfToken): Answer {
    const client = authenticateClient(c)
    return client.ok ? handle(c, client.value) : client
  },
})

const sha256 = (text: string) => createHash('sha256').update(text).digest()

// Id and secret are form-encoded before they are joined.
function readBasic(header: string): [id: string, secret: string] {
  const encoded = /^basic +([\w+/-]+=*)$/i.exec(header)?.[1]
  const joined = encoded ? Buffer.from(encoded, 'base64').toString('utf8') : ''
  const at = joined.indexOf(':')
  if (at < 1) return ['', '']
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '))
    return [decode(joined.slice(0, at)), decode(joined.slice(at + 1))]
  } catch {
    return ['', '']
  }
}
