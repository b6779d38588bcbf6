import type { Api, ApiAnswer } from '@/lib/client/api'
import type { Mode } from '@/lib/settings'

export const STAGES = ['sign-in', 'read', 'write', 'expire', 'sign-out', 'replay'] as const
export type Stage = (typeof STAGES)[number]

/** Both lifetimes while the journey runs, so that expiry can be waited for. The browser's own settings come back afterwards. */
export const JOURNEY_SECONDS = 10

const EDITOR = { email: 'editor@demo.example', password: 'demo: watch the wire' }

export type Outcome = { stage: Stage; mode: Mode; what: string; status: number }

type Journey = {
  api: Api
  /** The id of the note this journey wrote, once it has. */
  written: { id: string | null }
  mode: Mode
  /** The words of the note that is written. */
  note: { title: string; body: string }
  /** Resolves when the credential that was last issued has expired, by the server's clock. */
  untilExpired(mode: Mode): Promise<void>
  report(answer: ApiAnswer, what: string): void
}

/** What happens at each stage, in one mode. Real requests: whatever comes back is what is shown. */
export const RUN: Record<Stage, (journey: Journey) => Promise<void>> = {
  async 'sign-in'({ api, mode, report }) {
    report(await api.signIn(mode, EDITOR), 'sign-in')
  },

  async read({ api, mode, report }) {
    report(await api.call('GET', '/api/notes', { mode, retry: false }), 'read')
  },

  async write({ api, mode, note, written, report }) {
    const answer = await api.call('POST', '/api/notes', { mode, retry: false, body: note })
    written.id = (answer.body as { note?: { id: string } } | null)?.note?.id ?? null
    report(answer, 'write')
  },

  /** Waits, is refused, and takes the way back each mode has: a password for the session, the refresh cookie for the token. */
  async expire({ api, mode, untilExpired, report }) {
    await untilExpired(mode)
    report(await api.call('GET', '/api/notes', { mode, retry: false }), 'after-expiry')
    if (mode === 'token') report(await api.refresh('token'), 'way-back')
    else report(await api.signIn('session', EDITOR), 'way-back')
  },

  /** Tidies up, puts a copy of the credential aside as a thief would, then signs out. */
  async 'sign-out'({ api, mode, written, report }) {
    if (written.id) report(await api.call('DELETE', `/api/notes/${written.id}`, { mode, retry: false }), 'tidy')
    written.id = null
    report(await api.call('PUT', '/api/replay', { mode, retry: false }), 'copy')
    report(await api.signOut(mode), 'sign-out')
  },

  async replay({ api, mode, report }) {
    const answer = await api.call('POST', '/api/replay', { mode, retry: false })
    if (answer.status !== 200) return report(answer, 'replay')
    // What counts is what the other client got; its exchange is shown after the one that started it.
    const { status, traceId } = answer.body as { status: number; traceId: string }
    report(answer, 'replay-started')
    report({ ...answer, status, traceId }, 'replay')
  },
}
