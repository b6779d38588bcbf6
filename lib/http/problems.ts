import type { Reason } from './result.ts'

type Problem = {
  status: number
  /**
   * Stable, public, the same for everyone. Several reasons may share one: the wire tells them
   * apart, an attacker cannot.
   */
  code: string
  title: string
  /**
   * What `WWW-Authenticate` says in token mode after `Bearer realm="authscope"` (RFC 6750, section
   * 3).
   */
  bearerError?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /**
   * The member `error` that RFC 6749 (5.2), RFC 7009 and RFC 8693 want in the body, for clients
   * that know OAuth.
   */
  oauthError?: 'invalid_client' | 'invalid_request' | 'invalid_target' | 'unsupported_token_type'
}

const UNAUTHENTICATED = { status: 401, code: 'unauthenticated', title: 'Sign in first.' }
const INVALID_SESSION = {
  status: 401,
  code: 'invalid_session',
  title: 'This session is not valid, or not any more.',
}
const INVALID_TOKEN = {
  status: 401,
  code: 'invalid_token',
  title: 'This access token is not valid, or not any more.',
  bearerError: 'invalid_token',
} as const
const UNAVAILABLE = {
  status: 503,
  code: 'unavailable',
  title: 'This cannot be answered right now. Try again shortly.',
}

/**
 * Every way a request can be refused, and how it is told. The only place that knows statuses and
 * codes of refusals.
 */
export const PROBLEMS: Record<Reason, Problem> = {
  invalid_mode: {
    status: 400,
    code: 'invalid_mode',
    title: 'Auth-Mode must be "session" or "token".',
  },
  invalid_wire_channel: {
    status: 400,
    code: 'invalid_wire_channel',
    title: 'Wire-Channel is not a pairing code.',
  },
  duplicate_cookie: {
    status: 400,
    code: 'duplicate_cookie',
    title: 'The same cookie was sent twice.',
  },
  invalid_json: { status: 400, code: 'invalid_json', title: 'The body is not JSON.' },
  cross_site_request: {
    status: 403,
    code: 'cross_site_request',
    title: 'This request comes from another site.',
  },
  not_found: { status: 404, code: 'not_found', title: 'There is no such thing here.' },
  method_not_allowed: {
    status: 405,
    code: 'method_not_allowed',
    title: 'This address does not answer that method.',
  },
  another_user: {
    status: 409,
    code: 'another_user',
    title: 'Somebody else is signed in here, not whom Auth-User names.',
  },
  key_announced: {
    status: 409,
    code: 'key_announced',
    title: 'The next key is published and does not sign yet.',
  },
  last_admin: { status: 409, code: 'last_admin', title: 'The last admin stays an admin.' },
  body_too_large: { status: 413, code: 'body_too_large', title: 'The body is larger than 16 KiB.' },
  unsupported_media_type: {
    status: 415,
    code: 'unsupported_media_type',
    title: 'The body is not of the type that is taken here.',
  },
  invalid_input: { status: 422, code: 'invalid_input', title: 'Some of this cannot be accepted.' },
  too_many_attempts: {
    status: 429,
    code: 'too_many_attempts',
    title: 'Too many failed attempts. Wait a while.',
  },
  too_many_streams: {
    status: 429,
    code: 'too_many_streams',
    title: 'This browser watches in too many tabs.',
  },
  too_many_watchers: {
    status: 429,
    code: 'too_many_watchers',
    title: 'Too many browsers watch, from this network or in all.',
  },
  internal: { status: 500, code: 'internal', title: 'Something went wrong here.' },
  passwords_busy: UNAVAILABLE,
  store_unavailable: UNAVAILABLE,
  keys_unavailable: UNAVAILABLE,

  form_invalid: {
    status: 400,
    code: 'invalid_request',
    title: 'The form lacks the token, or has a member twice.',
    oauthError: 'invalid_request',
  },
  client_unknown: {
    status: 401,
    code: 'invalid_client',
    title: 'The credentials of the client are wrong.',
    oauthError: 'invalid_client',
  },
  target_unknown: {
    status: 400,
    code: 'invalid_target',
    title: 'There is no service of that audience.',
    oauthError: 'invalid_target',
  },

  revocation_off: {
    status: 400,
    code: 'unsupported_token_type',
    title: 'This token was issued with revocation off. It ends at its expiry.',
    oauthError: 'unsupported_token_type',
  },

  invalid_code: {
    status: 401,
    code: 'invalid_code',
    title: 'This code is wrong, was used, or is too old.',
  },
  invalid_credentials: {
    status: 401,
    code: 'invalid_credentials',
    title: 'Email or password is wrong.',
  },
  role_too_low: {
    status: 403,
    code: 'insufficient_scope',
    title: 'Your role does not allow this.',
    bearerError: 'insufficient_scope',
  },

  'session.missing': UNAUTHENTICATED,
  'session.malformed': INVALID_SESSION,
  'session.unknown': INVALID_SESSION,
  'session.idle_expired': INVALID_SESSION,
  'session.absolute_expired': INVALID_SESSION,
  'session.renewed_elsewhere': INVALID_SESSION,
  'session.account_disabled': INVALID_SESSION,

  'token.missing': UNAUTHENTICATED,
  'token.header_malformed': {
    status: 400,
    code: 'invalid_request',
    title: 'The Authorization header is malformed.',
    bearerError: 'invalid_request',
  },
  'token.malformed': INVALID_TOKEN,
  'token.header_refused': INVALID_TOKEN,
  'token.type_refused': INVALID_TOKEN,
  'token.key_unknown': INVALID_TOKEN,
  'token.algorithm_refused': INVALID_TOKEN,
  'token.signature_wrong': INVALID_TOKEN,
  'token.issuer_refused': INVALID_TOKEN,
  'token.audience_refused': INVALID_TOKEN,
  'token.not_yet_valid': INVALID_TOKEN,
  'token.lifetime_refused': INVALID_TOKEN,
  'token.claims_refused': INVALID_TOKEN,
  'token.expired': INVALID_TOKEN,
  'token.revoked': INVALID_TOKEN,
  'token.sign_in_ended': INVALID_TOKEN,
  'token.superseded': INVALID_TOKEN,
  'token.account_disabled': INVALID_TOKEN,

  'refresh.missing': UNAUTHENTICATED,
  'refresh.unknown': {
    status: 401,
    code: 'invalid_refresh',
    title: 'This refresh token is not valid.',
  },
  'refresh.ended': { status: 401, code: 'invalid_refresh', title: 'This sign-in has ended.' },
  'refresh.password_changed': {
    status: 401,
    code: 'invalid_refresh',
    title: 'The password was changed since. The sign-in has been ended.',
  },
  'refresh.expired': {
    status: 401,
    code: 'invalid_refresh',
    title: 'This refresh token has expired.',
  },
  'refresh.raced': {
    status: 409,
    code: 'refresh_raced',
    title: 'This refresh token was used a moment ago.',
  },
  'refresh.reused': {
    status: 401,
    code: 'refresh_reused',
    title: 'This refresh token was used before. The sign-in it belongs to has been ended.',
  },
}

/** How a reason is told, with its optional members. */
export const problemOf = (reason: Reason): Problem => PROBLEMS[reason]

/**
 * The challenge that goes with a refusal, or null where none belongs.
 * RFC 9110, 11.6.1: every 401 carries one. RFC 6750, 3.1: no `error` when no credential was sent.
 */
export function challengeFor(reason: Reason, mode: 'session' | 'token'): string | null {
  const { status, bearerError, oauthError } = problemOf(reason)
  if (oauthError === 'invalid_client') return 'Basic realm="authscope"'
  if (status !== 401 && (mode === 'session' || !bearerError)) return null
  if (mode === 'session') return 'Session realm="authscope"'
  return bearerError
    ? `Bearer realm="authscope", error="${bearerError}"`
    : 'Bearer realm="authscope"'
}
