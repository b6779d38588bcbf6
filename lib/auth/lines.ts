/**
 * Lines in which things of one name wait for each other, in the order in which they came, so that
 * not all of them ask again and again.
 */
export function createLines() {
  const last = new Map<string, Promise<unknown>>()
  return {
    /**
     * Does some work when all before it in the line is done. `waited` tells it for how many
     * milliseconds, up to now.
     */
    async inLine<T>(name: string, work: (waited: () => number) => Promise<T>): Promise<T> {
      const since = performance.now()
      const before = last.get(name) ?? Promise.resolve()
      const own = before.catch(() => undefined).then(() => work(() => performance.now() - since))
      last.set(name, own)
      try {
        return await own
      } finally {
        if (last.get(name) === own) last.delete(name)
      }
    },
  }
}
