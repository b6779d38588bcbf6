/**
 * Work that no request waits for. It is done once what is going on now has come to a stop, in the
 * order in which it came, or sooner where somebody asks for it.
 */
export function createLater() {
  let waiting: (() => void)[] = []

  function flush() {
    const now = waiting
    waiting = []
    for (const work of now) {
      try {
        work()
      } catch (thrown) {
        // Nobody is left to be told, and what cannot be shown is no reason to end the process.
        process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
      }
    }
  }

  return {
    later(work: () => void) {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push(work)
    },
    flush,
  }
}
