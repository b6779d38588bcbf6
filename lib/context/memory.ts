import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Known } from './context.ts'

/** How many answers are remembered, at about 1 KiB each; the one not asked for longest goes first. */
const MOST = 10_000

/** A memory that can be looked into, and emptied. */
export type Memory<Answer extends object | string> = Known<Answer> & {
  clear(): void
  size(): number
}

/** Remembers so many answers, under the SHA-256 of the texts they are about: no text is kept. */
export function createMemory<Answer extends object | string>(most = MOST): Memory<Answer> {
  const answers = new LRUCache<string, Answer>({ max: most })
  const nameOf = (text: string) => hash('sha256', text, 'base64url')
  return {
    get: text => answers.get(nameOf(text)),
    set: (text, answer) => void answers.set(nameOf(text), answer),
    clear: () => answers.clear(),
    size: () => answers.size,
  }
}
