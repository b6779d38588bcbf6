/**
 * A queue at whose head one is let go in so many turns of the event loop: of many that come at once
 * each makes room for whatever else has arrived, and where nothing has, a turn takes no time.
 */
export function createTurns(apart: number): () => Promise<void> {
  let last = Promise.resolve()
  const wait = async () => {
    for (let turn = 0; turn < apart; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }
  return () => {
    last = last.then(wait)
    return last
  }
}
