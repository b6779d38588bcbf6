import type { Mode } from '@/lib/settings/settings'

/** A filled circle for session, a diamond for token: the two are told apart without colour too. */
export function ModeMark({ mode }: { mode: Mode }) {
  return (
    <svg aria-hidden viewBox="0 0 12 12" className="size-2.5 shrink-0" fill={`var(--${mode})`}>
      {mode === 'session' ? <circle cx="6" cy="6" r="5" /> : <path d="M6 0l6 6-6 6-6-6z" />}
    </svg>
  )
}
