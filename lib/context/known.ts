import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** How many answers are remembered, at about 1 KiB each; the one not asked for longest goes first. */
const MOST = 10_000

/**
 * Answers of a pure function about a secret text: the same text, the same answer. The text itself is
 * not kept, only its SHA-256; what is kept with it must not be a credential either.
 */
export type Known<Answer extends object> = {
  get(text: string): Answer | undefined
  set(text: string, answer: Answer): void
  clear(): void
  size(): number
}

/** Remembers nothing yet. */
export function createKnown<Answer extends object>(most = MOST): Known<Answer> {
  const answers = new LRUCache<string, Answer>({ max: most })
  const nameOf = (text: string) => hash('sha256', text, 'base64url')
  return {
    get: text => answers.get(nameOf(text)),
    set: (text, answer) => void answers.set(nameOf(text), answer),
    clear: () => answers.clear(),
    size: () => answers.size,
  }
}
