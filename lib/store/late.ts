/**
 * Calls `late` once so many milliseconds are over and what has arrived by then was read: when this
 * process was busy with other work itself, an answer that is there already is no outage. Returns
 * what calls it off.
 */
export function whenLate(milliseconds: number, late: () => void): () => void {
  let isOff = false
  // Timers come before what has arrived in a turn of the event loop, and this comes after it.
  const afterReading = () => setImmediate(() => isOff || late())
  const timer = setTimeout(afterReading, milliseconds)
  return () => {
    isOff = true
    clearTimeout(timer)
  }
}
