import type { Settings } from '../../settings/settings.ts'

export type Place = Settings['tokenStorage']
export const PLACES: readonly Place[] = ['memory', 'sessionStorage', 'localStorage']

export const TRIALS = ['reload', 'tab', 'closed', 'script'] as const
export type Trial = (typeof TRIALS)[number]

/**
 * Whether what was planted was found again, place by place. A place that was not used is not there.
 */
export type Seen = Partial<Record<Place, boolean>>
export type Outcomes = Partial<Record<Trial, Seen>>

/** The experiment's own names: what the page keeps its token under is never touched. */
export const KEYS = {
  page: 'authscope.experiment',
  closed: 'authscope.experiment.closed-tab',
} as const
export type PlantKey = (typeof KEYS)[keyof typeof KEYS]

// The third place: a variable of a module. It is gone with the page that it belongs to.
const memory = new Map<string, string>()

const placeOf = (place: Place): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> =>
  place === 'memory'
    ? {
        getItem: key => memory.get(key) ?? null,
        setItem: (key, value) => void memory.set(key, value),
        removeItem: key => void memory.delete(key),
      }
    : window[place]

/**
 * Puts a value into each of the places. A browser may refuse one; then it will not be found there
 * either.
 */
export function plant(key: PlantKey, value: string, places: readonly Place[]): void {
  for (const place of places) attempt(() => placeOf(place).setItem(key, value))
}

/**
 * Looks whether the value whose hash this is lies in each of the places, as this page sees them.
 */
export async function look(key: PlantKey, hash: string, places: readonly Place[]): Promise<Seen> {
  const seen: Seen = {}
  for (const place of places) {
    const found = attempt(() => placeOf(place).getItem(key))
    seen[place] = typeof found === 'string' && (await hashOf(found)) === hash
  }
  return seen
}

/**
 * Removes what the experiment has planted, as far as this page can reach it: everything, or what
 * lies under some keys.
 */
export function clean(keys: readonly PlantKey[] = Object.values(KEYS)): void {
  for (const place of PLACES) for (const key of keys) attempt(() => placeOf(place).removeItem(key))
}

/** A value by which it can be recognised without being kept. */
export async function hashOf(value: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value))
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Something to plant where there is no token: 256 random bits, as hard to guess as one. */
export const createMarker = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(32)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

const PROGRESS = 'authscope.experiment.progress'

/**
 * What has to outlive a reload: what was seen so far, and the hash of what is to be found. Never
 * the value.
 */
export type Progress = { hash: string; outcomes: Outcomes }

export const keepProgress = (progress: Progress): void =>
  attempt(() => sessionStorage.setItem(PROGRESS, JSON.stringify(progress)))

/** The progress before a reload, once: a second reload is none of the experiment's. */
export function takeProgress(): Progress | null {
  return (
    attempt(() => {
      const kept = sessionStorage.getItem(PROGRESS)
      sessionStorage.removeItem(PROGRESS)
      return kept ? (JSON.parse(kept) as Progress) : null
    }) ?? null
  )
}

// Storage that is switched off or full throws. That is an outcome of the experiment, not an end of
// it.
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
