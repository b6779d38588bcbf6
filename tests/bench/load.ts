import autocannon from 'autocannon'

/** A request that is sent again and again. */
export type Target = { origin: string; path: string; headers: Record<string, string> }
export type Loaded = { perSecond: number; milliseconds: number[] }

/** How often it looks whether its time is over. */
const SAMPLE_MILLISECONDS = 50

/**
 * Sends a request on so many connections that are kept alive, on each as soon as the one before is
 * answered. An answer that is not 2xx, and one that does not come, ends the run.
 */
export function load({ origin, path, headers }: Target, connections: number, seconds: number) {
  return new Promise<Loaded>((resolve, reject) => {
    const milliseconds: number[] = []
    let [first, last] = [0, 0]
    const options = {
      url: origin + path,
      headers,
      connections,
      duration: seconds,
      sampleInt: SAMPLE_MILLISECONDS,
    }
    const running = autocannon(options, (error, result) => {
      if (error) return reject(error)
      const { non2xx, errors } = result
      if (non2xx + errors > 0 || milliseconds.length === 0)
        return reject(
          new Error(
            `${path}: ${non2xx} answers that are not 2xx, ${errors} errors, of ${milliseconds.length}`,
          ),
        )
      const between = (last - first) / 1000
      return resolve({
        perSecond: (milliseconds.length - 1) / between,
        // The first of each connection has waited for it.
        milliseconds: milliseconds.slice(connections),
      })
    })
    // Its own histogram has whole milliseconds, and its own rate the time it takes to connect.
    running.on('response', (_client, _status, _bytes, took) => {
      last = performance.now()
      first ||= last
      milliseconds.push(took)
    })
  })
}
