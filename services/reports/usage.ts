import type { Clock } from '../../lib/clock.ts'
import type { Result } from '../../lib/http/result.ts'
import type { Algorithm, Role } from '../../lib/settings/settings.ts'
import type { Bearer } from './identify.ts'

type Day = { date: string; granted: number; refused: number }

/**
 * What this service knows by itself: who asked it for a report, by day, role and algorithm. In
 * memory, for the month that runs (in UTC), so it cannot grow.
 */
export function createUsage(clock: Clock) {
  const countedSince = clock.now()
  let month = ''
  let days = new Map<string, Day>()
  let byRole: Partial<Record<Role, number>> = {}
  let byAlgorithm: Partial<Record<Algorithm, number>> = {}

  function today(): Day {
    const date = clock.now().toISOString().slice(0, 10)
    if (date.slice(0, 7) !== month) {
      month = date.slice(0, 7)
      days = new Map()
      byRole = {}
      byAlgorithm = {}
    }
    const day = days.get(date) ?? { date, granted: 0, refused: 0 }
    days.set(date, day)
    return day
  }

  return {
    /**
     * Counts one request by what became of it. What could not be judged is neither granted nor
     * refused.
     */
    count(outcome: Result<Bearer>): void {
      if (!outcome.ok && outcome.reason === 'keys_unavailable') return
      const day = today()
      if (!outcome.ok) {
        day.refused += 1
        return
      }
      const { role, algorithm } = outcome.value
      day.granted += 1
      byRole[role] = (byRole[role] ?? 0) + 1
      byAlgorithm[algorithm] = (byAlgorithm[algorithm] ?? 0) + 1
    },

    /** The month so far. */
    monthly() {
      today()
      const listed = [...days.values()].map(day => ({ ...day }))
      const granted = listed.reduce((sum, day) => sum + day.granted, 0)
      const refused = listed.reduce((sum, day) => sum + day.refused, 0)
      return { month, countedSince, granted, refused, byRole, byAlgorithm, days: listed }
    },
  }
}

export type Usage = ReturnType<typeof createUsage>
