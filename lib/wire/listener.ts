import type { KeptStep } from './buffer.ts'

/** What a stream is told. */
export type Listener = {
  /** False: not now. It is told again once `resume` is called. */
  step(step: KeptStep): boolean | undefined
  /** The sign-in this browser used was ended from elsewhere. */
  signInEnded(notice: Notice): void
  /** The browser has been given another channel: what it does from here on is told there. */
  moved(): void
  close(): void
}

/** That the sign-in of a browser was ended, in which mode, and why. */
export type Notice = { mode: string; because: string }

/** A stream that watches: how it ends, and how it goes on after it was behind. */
export type Watching = { stop(): void; resume(): void }

/** Why a stream is turned away: by its own browser's others, or by those of its network and all. */
export type TooMany = 'too_many_streams' | 'too_many_watchers'
