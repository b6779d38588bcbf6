import { type AppProcess, startProcess } from '../fixtures/process.ts'
import { credentialFor } from './credentials.ts'
import { load, type Target } from './load.ts'
import { inTurn, type Percentiles, percentilesOf, type Spread, spreadOf } from './measure.ts'
import type { Place } from './places.ts'
import { VARIANTS, type Variant } from './variants.ts'

/**
 * Seconds on so many connections that count, seconds on a single one, and seconds before all of
 * them in which the code becomes as quick as it gets.
 */
export const REQUESTS = { rounds: 9, seconds: 1, single: 0.3, warm: 3, connections: 16 }
export const REQUESTS_QUICK = { ...REQUESTS, rounds: 5, seconds: 0.3, warm: 1 }
/** So few between two looks at the bare route: the machine changes meanwhile. */
const IN_A_GROUP = 4
export const BARE = '/api/health/live'

export type Measured = {
  id: string
  name: string
  route: string
  target: number | null
  perSecond: Spread
  /** To the bare route of the same process, in the same round. */
  ratio: Spread
  /** With nothing else to do, in milliseconds. */
  unloaded: Percentiles
}

/** What each kind of request costs, as a ratio to the bare route of the same process. */
export async function measureRequests(
  places: Place[],
  quick: boolean,
  say: (what: string) => void,
): Promise<Measured[]> {
  const all: Measured[] = []
  for (const place of places) {
    const variants = VARIANTS.filter(
      ({ kind, target }) => kind === place.kind && (target || !quick),
    )
    if (variants.length === 0) continue
    say(`requests: ${place.name}`)
    const app = await startProcess(place.environment)
    try {
      for (let from = 0; from < variants.length; from += IN_A_GROUP) {
        const group = variants.slice(from, from + IN_A_GROUP)
        const parameters = quick ? REQUESTS_QUICK : REQUESTS
        const measured = await measureGroup(await targetsOf(app, group), parameters)
        all.push(...measured.filter(({ id }) => from === 0 || id !== 'bare').map(nameBare(place)))
      }
    } finally {
      await app.kill()
    }
  }
  return all
}

const nameBare = (place: Place) => (measured: Measured) =>
  measured.id === 'bare' ? { ...measured, name: `bare route, sessions in ${place.name}` } : measured

export type Asked = Pick<Measured, 'id' | 'name' | 'route' | 'target'> & { request: Target }

/** The bare route and these, each with a credential of its own. */
async function targetsOf({ origin }: AppProcess, variants: Variant[]): Promise<Asked[]> {
  const bare = { id: 'bare', name: 'bare route', route: BARE, target: null }
  const targets: Asked[] = [{ ...bare, request: { origin, path: BARE, headers: {} } }]
  for (const variant of variants) {
    const headers = await credentialFor(origin, variant)
    targets.push({ ...variant, request: { origin, path: variant.route, headers } })
  }
  return targets
}

/** Measures requests of one process in turn. The first of them is the bare route. */
export async function measureGroup(
  asked: Asked[],
  { rounds, seconds, single, warm, connections }: typeof REQUESTS,
): Promise<Measured[]> {
  const samples = asked.map(() => ({ rates: [] as number[], milliseconds: [] as number[] }))
  for (const { request } of asked) await load(request, connections, warm)
  await inTurn(
    asked.map(({ request }, at) => ({ request, sample: samples[at] })),
    rounds,
    async ({ request, sample }) => {
      sample?.rates.push((await load(request, connections, seconds)).perSecond)
      sample?.milliseconds.push(...(await load(request, 1, single)).milliseconds)
    },
  )
  const bare = samples[0]?.rates ?? []
  return asked.map(({ id, name, route, target }, at) => {
    const { rates = [], milliseconds = [] } = samples[at] ?? {}
    return {
      ...{ id, name, route, target },
      perSecond: spreadOf(rates),
      ratio: spreadOf(rates.map((rate, round) => rate / (bare[round] ?? Number.NaN))),
      unloaded: percentilesOf(milliseconds),
    }
  })
}
