import { type ZodType, z } from 'zod'
import { accept, type InputError, type Result, refuse } from '../http/result.ts'
import { redactBody } from '../wire/redaction.ts'
import type { Trace } from '../wire/trace.ts'

const MAX_BODY_BYTES = 16 * 1024

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/** What a route takes that takes no body: nothing, or an object without members. */
export const Nothing = z.strictObject({}).optional()

/**
 * The body of a request, held to a schema: `application/json` only (a form on another site cannot
 * send that), at most 16 KiB, no member that was not asked for.
 */
export async function readInput<T>(
  request: Request,
  schema: ZodType<T>,
  trace: Trace,
): Promise<Result<T>> {
  const since = trace.since()
  const body = await readJson(request)
  if (!body.ok) {
    trace.tell('input.refused', () => ({ reason: body.reason, errors: [] }), since)
    return body
  }
  const parsed = schema.safeParse(body.value)
  if (parsed.success) {
    if (body.value !== undefined)
      trace.tell('input.accepted', () => ({ body: redactBody(body.value) }), since)
    return accept(parsed.data)
  }
  const errors = parsed.error.issues.flatMap(toInputErrors)
  trace.tell(
    'input.refused',
    () => ({ reason: 'invalid_input', errors: errors.map(({ path, code }) => ({ path, code })) }),
    since,
  )
  return refuse('invalid_input', { errors })
}

function toInputErrors(issue: z.core.$ZodIssue): InputError[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({
      path: key,
      code: 'unknown_member',
      message: 'There is no such member.',
    }))
  const code = issue.code === 'custom' ? String(issue.params?.code ?? 'invalid') : issue.code
  return [{ path, code, message: issue.message }]
}

/**
 * A form, where a standard wants one: no member twice (RFC 6749, 3.2), and what is wrong with it
 * said as OAuth says it.
 */
export async function readForm<T>(
  request: Request,
  schema: ZodType<T>,
  trace: Trace,
): Promise<Result<T>> {
  const since = trace.since()
  const bytes = await readBytes(request)
  const isForm = FORM_TYPE.test(request.headers.get('content-type') ?? '')
  const form = bytes.ok ? new URLSearchParams(new TextDecoder().decode(bytes.value)) : null
  const isOnce = form && new Set(form.keys()).size === form.size
  const parsed = isOnce ? schema.safeParse(Object.fromEntries(form)) : null
  const refusal = !bytes.ok
    ? bytes
    : isForm
      ? refuse('form_invalid')
      : refuse('unsupported_media_type')
  if (isForm && parsed?.success) {
    trace.tell('input.accepted', () => ({ body: redactBody(parsed.data) }), since)
    return accept(parsed.data)
  }
  trace.tell('input.refused', () => ({ reason: refusal.reason, errors: [] }), since)
  return refusal
}

async function readJson(request: Request): Promise<Result<unknown>> {
  const bytes = await readBytes(request)
  if (!bytes.ok) return bytes
  if (bytes.value.length === 0) return accept(undefined)
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? ''))
    return refuse('unsupported_media_type')
  try {
    return accept(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value)))
  } catch {
    return refuse('invalid_json')
  }
}

/** Stops reading at the limit, whatever Content-Length says. */
async function readBytes(request: Request): Promise<Result<Uint8Array>> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES)
    return refuse('body_too_large')
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length
      if (length > MAX_BODY_BYTES) return refuse('body_too_large')
      chunks.push(chunk)
    }
  } catch {
    // The client broke off in the middle: its doing, not a failure here.
    return refuse('invalid_json')
  }
  return accept(Buffer.concat(chunks))
}
