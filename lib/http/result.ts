/** Every way a request can be refused. `problems.ts` says how each is told. */
export type Reason =
  | 'invalid_mode'
  | 'invalid_wire_channel'
  | 'duplicate_cookie'
  | 'invalid_json'
  | 'cross_site_request'
  | 'not_found'
  | 'method_not_allowed'
  | 'another_user'
  | 'key_announced'
  | 'last_admin'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'invalid_input'
  | 'too_many_attempts'
  | 'too_many_streams'
  | 'too_many_watchers'
  | 'internal'
  | 'passwords_busy'
  | 'store_unavailable'
  | 'keys_unavailable'
  | 'form_invalid'
  | 'client_unknown'
  | 'target_unknown'
  | 'revocation_off'
  | 'invalid_code'
  | 'invalid_credentials'
  | 'role_too_low'
  | 'session.missing'
  | 'session.malformed'
  | 'session.unknown'
  | 'session.idle_expired'
  | 'session.absolute_expired'
  | 'session.renewed_elsewhere'
  | 'session.account_disabled'
  | 'token.missing'
  | 'token.header_malformed'
  | 'token.malformed'
  | 'token.header_refused'
  | 'token.type_refused'
  | 'token.key_unknown'
  | 'token.algorithm_refused'
  | 'token.signature_wrong'
  | 'token.issuer_refused'
  | 'token.audience_refused'
  | 'token.not_yet_valid'
  | 'token.lifetime_refused'
  | 'token.claims_refused'
  | 'token.expired'
  | 'token.revoked'
  | 'token.sign_in_ended'
  | 'token.superseded'
  | 'token.account_disabled'
  | 'refresh.missing'
  | 'refresh.unknown'
  | 'refresh.ended'
  | 'refresh.password_changed'
  | 'refresh.expired'
  | 'refresh.raced'
  | 'refresh.reused'

/**
 * A refusal is a value, never an exception: why a request is not answered as it wished.
 */
export type Refusal = {
  ok: false
  reason: Reason
  /** Seconds until trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number
  /** One entry per member of the body that cannot be accepted. */
  errors?: InputError[]
  /** What exactly was wrong, for the wire: never a part of the answer. */
  because?: string
  /** Set where nothing but the time is wrong. */
  expiredAt?: Date
}

export type InputError = { path: string; code: string; message: string }

export type Result<T> = { ok: true; value: T } | Refusal

export const accept = <T>(value: T): Result<T> => ({ ok: true, value })

export const refuse = (reason: Reason, more: Omit<Refusal, 'ok' | 'reason'> = {}): Refusal => ({
  ok: false,
  reason,
  ...more,
})
