import type { ZodType } from 'zod'
import type { Role } from '../accounts/account.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import type { Reply } from '../http/reply.ts'
import type { Refusal } from '../http/result.ts'
import type { Mode } from '../settings/settings.ts'
import { Nothing } from './input.ts'

export type Params = Record<string, string>

/** What a handler gets: the exchange, its checked input, and the parameters of the address. */
export type Open<I> = Exchange & { input: I; params: Params }
/** The same behind the guard. */
export type Guarded<I> = Open<I> & { who: SignedIn }

export type Answer = Promise<Reply | Refusal>

/**
 * One method of one route. Made by `open` or `guarded`, so that no route can forget to say which it
 * is.
 */
export type Endpoint = {
  /** What it does, in one sentence: for the description of the API. */
  says: string
  /** The status of an answer that is not a refusal. */
  status: number
  /**
   * The one it has in token mode, where that is another: what a cookie brings in one mode a body
   * brings in the other.
   */
  tokenStatus: number | null
  /** Set on routes that belong to one mode; the others follow the mode rule. */
  mode: Mode | null
  /**
   * The origin is checked in token mode too: where a credential is set, or read that travels by
   * itself.
   */
  checksOrigin: boolean
  least: Role | null
  /** Only in demo mode is there such an address at all. */
  demoOnly: boolean
  /** False where whoever asks does not pass cookies on to the browser. */
  mayRenew: boolean
  input: ZodType
  /** Set where a standard wants the input as a form, `application/x-www-form-urlencoded`. */
  takesForm: boolean
  // biome-ignore lint/suspicious/noExplicitAny: `open` and `guarded` tie the handler's input to its schema
  handle(x: any): Answer
}

type Facts<I> = {
  says: string
  status?: number
  tokenStatus?: number
  input?: ZodType<I>
  mode?: Mode
  checksOrigin?: boolean
  demoOnly?: boolean
  mayRenew?: boolean
  takesForm?: boolean
}

/** An endpoint for everybody. */
export const open = <I = undefined>(facts: Facts<I> & { handle(x: Open<I>): Answer }): Endpoint =>
  toEndpoint(facts, null)

/** An endpoint for whoever is signed in, with at least the role `least`. */
export const guarded = <I = undefined>(
  facts: Facts<I> & { least?: Role; handle(x: Guarded<I>): Answer },
): Endpoint => toEndpoint(facts, facts.least ?? 'reader')

function toEndpoint<I>(
  facts: Facts<I> & { handle(x: never): Answer },
  least: Role | null,
): Endpoint {
  const {
    says,
    status = 200,
    tokenStatus = null,
    mode = null,
    checksOrigin = false,
    demoOnly = false,
    mayRenew = true,
    takesForm = false,
    input = Nothing,
    handle,
  } = facts
  return {
    says,
    status,
    tokenStatus,
    mode,
    checksOrigin,
    demoOnly,
    mayRenew,
    takesForm,
    least,
    input,
    handle,
  }
}
