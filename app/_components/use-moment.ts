'use client'

import { useLocale } from 'next-intl'

/**
 * Shows a moment in the reader's own language and time zone. Only for what was loaded in the
 * browser: a server knows no time zone.
 */
export function useMoment(): (at: string) => string {
  const locale = useLocale()
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return at => format.format(new Date(at))
}
