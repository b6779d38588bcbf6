'use client'

import { Check, CircleDashed, Eye, EyeOff, Minus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Place, Trial } from '@/lib/labs/storage/experiment'

/**
 * What each place does, as far as is known: what is seen may differ, and then that is what is
 * shown.
 */
const USUAL: Record<Trial, Record<Place, boolean>> = {
  reload: { memory: false, sessionStorage: true, localStorage: true },
  tab: { memory: false, sessionStorage: false, localStorage: true },
  closed: { memory: false, sessionStorage: false, localStorage: true },
  script: { memory: false, sessionStorage: true, localStorage: true },
}

const LOOKS = {
  untried: { icon: CircleDashed, look: 'text-muted' },
  kept: { icon: Check, look: 'text-ink' },
  gone: { icon: Minus, look: 'text-ink' },
  shared: { icon: Check, look: 'text-ink' },
  absent: { icon: Minus, look: 'text-ink' },
  read: { icon: Eye, look: 'text-bad' },
  unread: { icon: EyeOff, look: 'text-good' },
}

type Props = { trial: Trial; place: Place; found: boolean | undefined }

/** One cell: what was just seen there, in a word and a sentence, or that nothing was tried yet. */
export function Cell({ trial, place, found }: Props) {
  const t = useTranslations('storage')
  const outcome = outcomeOf(trial, found)
  const { icon: Icon, look } = LOOKS[outcome]
  const isUsual = found === USUAL[trial][place]
  return (
    <div
      data-place={place}
      data-outcome={outcome}
      className="border-t-2 border-line pt-2 data-[outcome=untried]:border-dashed"
    >
      <dt className="font-mono text-xs text-muted">{place}</dt>
      <dd>
        <p className={`mt-1 flex items-center gap-2 font-semibold ${look}`}>
          <Icon aria-hidden className="size-4 shrink-0" />
          {t(`outcome.${outcome}`)}
        </p>
        {found !== undefined && (
          <p className="mt-1 text-sm text-muted">
            {t(isUsual ? `because.${trial}.${place}` : 'unusual')}
          </p>
        )}
      </dd>
    </div>
  )
}

function outcomeOf(trial: Trial, found: boolean | undefined): keyof typeof LOOKS {
  if (found === undefined) return 'untried'
  if (trial === 'script') return found ? 'read' : 'unread'
  if (trial === 'tab') return found ? 'shared' : 'absent'
  return found ? 'kept' : 'gone'
}
