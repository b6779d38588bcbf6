/**
 * Something a client was told, and how to ask the server about it. `isSo` is null while nobody can
 * know.
 */
export type Fact = {
  says: string
  isSo: boolean | null
  ask(): Promise<boolean>
  /** When it stops being so by itself, in told milliseconds. */
  until?: number
  /** Nobody was told what became of it: the answer was lost with the server. */
  wasUnderWay?: boolean
}

/** What an operation makes of some facts once it is done. */
export type Change = [fact: Fact, to: boolean]

type UnderWay = { name: string; changes: { fact: Fact; from: boolean | null; to: boolean }[] }

/** A sentence for everything that is not as it was acknowledged. */
type Fault = string

export type Ledger = ReturnType<typeof createLedger>

/**
 * What a server has acknowledged. Whatever an operation changes is unknown from the moment it is
 * sent until its answer is there. Without an answer it may have happened or not; it must not have
 * happened in part. `now` is the told time, where it is told.
 */
export function createLedger(now: () => number = () => 0) {
  const facts = new Set<Fact>()
  const underWay = new Set<UnderWay>()
  let acknowledged = 0

  /**
   * Whether it is over by itself, which nobody has to be asked for: then it is forgotten. What was
   * ended before stays ended.
   */
  function isOver(fact: Fact): boolean {
    if (fact.isSo === false || fact.until === undefined || fact.until > now()) return false
    facts.delete(fact)
    fact.isSo = null
    return true
  }

  let awaited: { count: number; resolve(): void } | null = null

  return {
    facts,
    acknowledged: () => acknowledged,
    /** When so many operations have been acknowledged. */
    whenAcknowledged: (count: number) =>
      new Promise<void>(resolve => {
        awaited = { count, resolve }
      }),
    isUnderWay: () => underWay.size,

    /**
     * Does an operation, and writes down what it has changed when it was acknowledged: when `work`
     * is done.
     */
    async change<T>(name: string, changes: Change[], work: () => Promise<T>): Promise<T> {
      const operation = {
        name,
        changes: changes.map(([fact, to]) => ({ fact, from: fact.isSo, to })),
      }
      underWay.add(operation)
      for (const [fact] of changes) {
        facts.add(fact)
        fact.isSo = null
      }
      const answer = await work()
      underWay.delete(operation)
      for (const [fact, to] of changes) fact.isSo = to
      acknowledged += 1
      if (awaited && acknowledged >= awaited.count) awaited.resolve()
      return answer
    },

    /** Writes down what an answer has told besides. */
    add(fact: Fact): void {
      facts.add(fact)
    },

    forget(fact: Fact): void {
      facts.delete(fact)
    },

    /**
     * Asks the server about everything, or what `asks` picks. What was unknown is known afterwards,
     * and must stay so.
     */
    async check(asks: (fact: Fact) => boolean = () => true): Promise<Fault[]> {
      const faults: Fault[] = []
      for (const fact of facts) {
        if (!asks(fact) || isOver(fact)) continue
        fact.wasUnderWay ||= fact.isSo === null
        const is = await fact.ask()
        // Time goes on while it is asked for.
        if (isOver(fact)) continue
        if (fact.isSo !== null && is !== fact.isSo)
          faults.push(`${fact.says}: acknowledged as ${fact.isSo}, found as ${is}`)
        fact.isSo = is
      }
      for (const { name, changes } of underWay) {
        const moved = changes.filter(({ from, to }) => from !== to)
        const done = moved.filter(({ fact, to }) => fact.isSo === to)
        if (done.length === 0 || done.length === moved.length) continue
        const left = moved.filter(change => !done.includes(change))
        const listed = (some: typeof moved) => some.map(({ fact }) => fact.says).join(', ')
        faults.push(`${name} happened in part: done for ${listed(done)}; not for ${listed(left)}`)
      }
      underWay.clear()
      return faults
    },
  }
}
