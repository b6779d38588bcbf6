import type { Api, ApiAnswer } from '@/lib/client/api'
import type { Credentials } from '@/lib/client/cast'
import type { Mode } from '@/lib/settings/settings'

export const STAGES = ['sign-in', 'read', 'write', 'expire', 'sign-out', 'replay'] as const
export type Stage = (typeof STAGES)[number]

/**
 * How long the credentials live that are waited for. They are the only ones; the browser's own
 * settings stay as they are.
 */
export const SHORT_SECONDS = 10

/** What was done, in one mode, and what came back. `traceId` names its exchange on the wire. */
export type Outcome = { mode: Mode; what: string; status: number; traceId: string }

export type Journey = {
  api: Api
  mode: Mode
  /** The editor of this browser's own cast: whoever plays at the same time has another. */
  editor: Credentials
  /** Whether this browser wants refresh tokens. */
  refresh: boolean
  /** The words of the note that is written, and its id once it has been. */
  note: { title: string; body: string }
  written: { id: string | null }
  /** Resolves when the credential that was last issued has expired, by the server's clock. */
  untilExpired(mode: Mode): Promise<void>
  /** Tells what came back. Throws when the journey was left: nothing more is to be done then. */
  report(
    answer: Pick<ApiAnswer, 'status' | 'traceId'>,
    what: string,
    expected: readonly number[],
  ): void
}

const OK = [200, 201, 204]

/** Signs in again while the lifetimes are short. */
export async function signInForShort({ api, mode, editor, report }: Journey): Promise<void> {
  report(await api.signIn(mode, editor), 'short', OK)
}

/** What happens at each stage, in one mode. Real requests: whatever comes back is what is shown. */
export const RUN: Record<Stage, (journey: Journey) => Promise<void>> = {
  async 'sign-in'({ api, mode, editor, report }) {
    report(await api.signIn(mode, editor), 'sign-in', OK)
  },

  async read({ api, mode, report }) {
    report(await api.call('GET', '/api/notes', { mode, retry: false }), 'read', OK)
  },

  async write({ api, mode, note, written, report }) {
    const answer = await api.call('POST', '/api/notes', { mode, retry: false, body: note })
    written.id = (answer.body as { note?: { id: string } } | null)?.note?.id ?? null
    report(answer, 'write', OK)
  },

  /**
   * Waits, is refused, and takes the way back each mode has: a password for the session, the
   * refresh cookie for the token.
   */
  async expire({ api, mode, editor, refresh, untilExpired, report }) {
    await untilExpired(mode)
    report(await api.call('GET', '/api/notes', { mode, retry: false }), 'after-expiry', [401])
    const wayBack = mode === 'token' && refresh ? api.refresh('token') : api.signIn(mode, editor)
    report(await wayBack, 'way-back', OK)
  },

  /** Tidies up, puts a copy of the credential aside as a thief would, then signs out. */
  async 'sign-out'({ api, mode, written, report }) {
    if (written.id)
      report(
        await api.call('DELETE', `/api/notes/${written.id}`, { mode, retry: false }),
        'tidy',
        OK,
      )
    written.id = null
    report(await api.call('PUT', '/api/replay', { mode, retry: false }), 'copy', OK)
    report(await api.signOut(mode), 'sign-out', OK)
  },

  /** The copy is sent by another client; what counts is what that one got. */
  async replay({ api, mode, report }) {
    const answer = await api.call('POST', '/api/replay', { mode, retry: false })
    const got = answer.status === 200 ? (answer.body as { status: number; traceId: string }) : null
    if (got) report(got, 'replay', [200, 401])
    else report(answer, 'replay', [])
  },
}
