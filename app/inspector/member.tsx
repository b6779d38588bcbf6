'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { MemberChange } from '@/lib/labs/inspector/difference'
import { Countdown } from '../_components/wire/countdown'
import { useFeed } from '../_components/wire/use-wire'
import { KNOWN_MEMBERS, toMoment } from './known-members'

/** One member: its name, what it says, and what it is for. */
export function Member({ change, value }: { change: MemberChange; value: unknown }) {
  const t = useTranslations('inspector')
  const { name, was, is } = change
  const source = KNOWN_MEMBERS.get(name)
  const isChanged = was !== is
  return (
    <div
      data-member={name}
      className="grid gap-x-5 gap-y-1 py-2.5 sm:grid-cols-[6.5rem_minmax(0,1fr)] lg:grid-cols-[6.5rem_minmax(0,1fr)_minmax(0,1fr)]"
    >
      <dt className="font-mono text-sm font-semibold break-all">
        {name}
        {isChanged && (
          <span className="ml-2 rounded bg-bad-soft px-1.5 py-0.5 font-sans text-xs font-medium text-bad sm:ml-0 sm:block sm:w-fit">
            {t(was === null ? 'added' : is === null ? 'removed' : 'changed')}
          </span>
        )}
      </dt>
      <dd className="min-w-0 font-mono text-sm break-all">
        {isChanged && was !== null && <del className="block text-muted">{was}</del>}
        {is !== null &&
          (isChanged ? (
            <ins className="block text-bad no-underline">{is}</ins>
          ) : (
            <span className="text-hue">{is}</span>
          ))}
        {is !== null && <Moment name={name} value={value} />}
      </dd>
      <dd className="text-sm text-muted sm:col-start-2 lg:col-start-auto">
        {source ? t(`member.${name}`) : t('member-unknown')}
        {source && <span className="ml-1.5 font-mono text-xs">{source}</span>}
      </dd>
    </div>
  )
}

/**
 * A date in words, in the reader's language and time zone; for `exp` also how much is left of it.
 */
function Moment({ name, value }: { name: string; value: unknown }) {
  const t = useTranslations('inspector')
  const locale = useLocale()
  const { clockOffset } = useFeed()
  const at = toMoment(name, value)
  if (!at) return null
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' }).format(
    new Date(at),
  )
  return (
    <>
      <time dateTime={at} className="block font-sans">
        {words}
      </time>
      {name === 'exp' && (
        <span className="mt-1 block max-w-56 font-sans">
          <Countdown label={t('left')} until={at} clockOffset={clockOffset} />
        </span>
      )}
    </>
  )
}
