import type { ZodType } from 'zod'
import type { App } from '../app.ts'
import type { Context, SignedIn } from '../context/context.ts'
import type { Result } from '../http/result.ts'
import type { Mode, Role } from '../settings/settings.ts'
import { Nothing } from './input.ts'

export type Params = Record<string, string>

/**
 * What a handler gets: the request's context, its checked input, and the parameters of the address.
 */
export type Open<I> = Context<App> & { input: I; params: Params }
/** The same behind the guard. */
export type Guarded<I> = Open<I> & { who: SignedIn }

/** What a handler returns: a value becomes the JSON of the answer, null an answer without any. */
export type Answer = Promise<Result<unknown>>

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
  role: Role | null
  /** Only in demo mode is there such an address at all. */
  demoOnly: boolean
  /** False where whoever asks does not pass cookies on to the browser. */
  mayRenew: boolean
  input: ZodType
  /** Set where a standard wants the input as a form, `application/x-www-form-urlencoded`. */
  takesForm: boolean
  /** More headers of an answer that is not a refusal. */
  headers(c: Open<unknown>): Record<string, string>
  handle(c: Open<unknown>): Answer
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

/** What it does with what it gets. */
type Handling<C> = { headers?(c: C): Record<string, string>; handle(c: C): Answer }

/** An endpoint for everybody. */
export const open = <I = undefined>(facts: Facts<I> & Handling<Open<I>>): Endpoint =>
  toEndpoint(facts, null)

/** An endpoint for whoever is signed in, with at least this role. */
export const guarded = <I = undefined>(
  facts: Facts<I> & { role?: Role } & Handling<Guarded<I>>,
): Endpoint => toEndpoint(facts, facts.role ?? 'reader')

/** What an endpoint is unless it says otherwise. */
const USUAL = {
  status: 200,
  tokenStatus: null,
  mode: null,
  checksOrigin: false,
  demoOnly: false,
  mayRenew: true,
  takesForm: false,
  input: Nothing,
  headers: () => ({}),
}

const toEndpoint = <I>(facts: Facts<I> & Handling<Guarded<I>>, role: Role | null): Endpoint => ({
  ...USUAL,
  ...facts,
  role,
})
