import { PLACES, type Place, type Seen } from './experiment.ts'

/** What the script sent as the person, and what it got. */
export type ScriptRequest = {
  by: 'cookie' | 'found' | 'refreshed' | 'listened' | 'wire'
  line: string
  status: number
  name: string | null
}

/** What the script tells of itself, in the order it does it. */
export type ScriptReport = {
  found: Record<Place, string[]>
  cookies: string
  requests: ScriptRequest[]
  /** The bearer token it read off the page's own next request, or null. */
  overheard: string | null
  /** How many access tokens it found on the wire, whatever they are worth there. */
  onWire: number
}

type ScriptMessage =
  | { source: 'injected-script'; type: 'listening' }
  | { source: 'injected-script'; type: 'done'; report: ScriptReport }

const ADDRESS = '/injected-script.js'
const PATIENCE = 20_000

/**
 * Lets a script of another file into the page, as a flaw in any trusted script would: the policy
 * trusts what a trusted script adds.
 * `makeRequest` is what the page would do next anyway; the script listens in. Null when it did not
 * report.
 */
export function injectScript(makeRequest: () => Promise<unknown>): Promise<ScriptReport | null> {
  const script = document.createElement('script')
  return new Promise<ScriptReport | null>(resolve => {
    const finish = (report: ScriptReport | null) => {
      window.clearTimeout(timer)
      window.removeEventListener('message', hear)
      script.remove()
      resolve(report)
    }
    const timer = window.setTimeout(() => finish(null), PATIENCE)
    const hear = ({ data, origin }: MessageEvent<ScriptMessage>) => {
      if (origin !== window.location.origin || data?.source !== 'injected-script') return
      if (data.type === 'listening') void makeRequest()
      if (data.type === 'done') finish(data.report)
    }
    window.addEventListener('message', hear)
    script.onerror = () => finish(null)
    script.src = ADDRESS
    document.body.append(script)
  })
}

/** Which of the places the script read the value from. */
export const seenBy = (
  { found }: ScriptReport,
  value: string,
  places: readonly Place[] = PLACES,
): Seen => Object.fromEntries(places.map(place => [place, found[place].includes(value)]))
