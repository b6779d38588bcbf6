import type { Step } from './steps.ts'

/** A step as it is kept and sent: as JSON, so that what it takes is known. */
export type KeptStep = { id: string; text: string; bytes: number }

/** What a kept step takes besides its letters, in bytes: about what V8 needs for it. */
const OVERHEAD = 200

export function toKept(step: Step): KeptStep {
  const text = JSON.stringify(step)
  return { id: step.id, text, bytes: Buffer.byteLength(text) + OVERHEAD }
}

export type Buffered = ReturnType<typeof createBuffer>

/**
 * The last steps of a channel, numbered in the order they came; when there are too many of them, or
 * too many bytes, the oldest go. A step that is larger than all that is kept is not kept.
 */
export function createBuffer({ steps: most, bytes: mostBytes }: { steps: number; bytes: number }) {
  const kept: KeptStep[] = []
  let first = 0
  let bytes = 0

  function dropOldest(count: number) {
    for (const step of kept.splice(0, count)) {
      bytes -= step.bytes
      first += 1
    }
  }

  return {
    push(step: KeptStep) {
      kept.push(step)
      bytes += step.bytes
      while (kept.length > most || bytes > mostBytes) dropOldest(1)
    },
    dropOldest,
    clear: () => dropOldest(kept.length),
    /** The number of the oldest step that is kept, and that of the next one to come. */
    first: () => first,
    end: () => first + kept.length,
    at: (number: number): KeptStep | undefined => kept[number - first],
    /** The number after the step of that id, or of the oldest one where it is not known. */
    after: (id: string | null): number => first + kept.findIndex(step => step.id === id) + 1,
    bytes: () => bytes,
    length: () => kept.length,
  }
}
