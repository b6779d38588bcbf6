'use client'

import { ExternalLink } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { putBack } from '@/lib/client/own-token'
import { STEPS, type Step, showFingerprint } from '@/lib/wire/steps'
import { showMicros } from './rows'
import { useOwnToken } from './use-wire'

/**
 * One step: why it is there, what it told, how long it took, and the code that did it. Each has the
 * same room, so that what stands below stays where it is from step to step.
 */
export function StepDetail({ step }: { step: Step }) {
  const t = useTranslations('wire')
  const explain = useTranslations('steps')
  const own = useOwnToken()
  const { source } = STEPS[step.name]
  // What the raw request and answer show anyway is not said twice.
  const members = Object.entries(step.detail).filter(
    ([name]) => name !== 'headers' && name !== 'body',
  )
  return (
    <div className="flex h-72 flex-col overflow-y-auto rounded-lg bg-hue-soft p-4 text-sm">
      <p>
        <strong className="font-mono font-semibold text-hue">{step.name}</strong> —{' '}
        {explain(step.name)}
        {'known' in step.detail && step.detail.known === true && ` ${t('known')}`}
      </p>
      <dl className="my-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 font-mono text-xs">
        {members.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">
              {show(putBack(value, own))}
            </dd>
          </div>
        ))}
        {step.durationMicros !== null && (
          <div className="contents">
            <dt className="text-muted">{t('took')}</dt>
            <dd>{showMicros(step.durationMicros)}</dd>
          </div>
        )}
      </dl>
      <Link
        href={`/source?file=${encodeURIComponent(source)}&step=${encodeURIComponent(step.name)}#step`}
        prefetch={false}
        target="_blank"
        className="mt-auto flex w-fit items-center gap-1.5 font-mono text-xs underline underline-offset-4"
      >
        {source}
        <ExternalLink aria-label={t('opens-code')} className="size-3.5" />
      </Link>
    </div>
  )
}

function show(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && 'hash' in value)
    return showFingerprint(value as { head: string; length: number; hash: string })
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value.join('; ')
  return JSON.stringify(value, null, 1)
}
