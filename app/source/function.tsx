'use client'

import { useTranslations } from 'next-intl'
import type { MouseEvent, ReactNode } from 'react'
import type { LitStep } from '@/lib/labs/tellers'
import type { Question } from '@/lib/labs/twins'
import type { Mode } from '@/lib/settings/settings'
import { useLit, useTold } from './lit'

type Props = {
  mode: Mode
  question: Question
  name: string
  /** The steps that it can tell, whatever it told of late. */
  tells: string[]
  children: ReactNode
}

const LOOK = {
  true: 'border-hue bg-hue-soft',
  'on-the-way': 'border-hue',
  false: 'border-transparent',
}

/** A function with its lines, lit where it told a step of the request that is shown. */
export function LitFunction({ mode, question, name, tells, children }: Props) {
  const t = useTranslations('source')
  const { told, isOnTheWay } = useTold(mode, question, name)
  const lit = told.length > 0 ? 'true' : isOnTheWay ? 'on-the-way' : 'false'
  return (
    <div
      data-function={name}
      data-lit={lit}
      className={`w-max min-w-full border-l-[3px] py-1.5 transition-colors ${LOOK[lit]}`}
    >
      {tells.length > 0 && (
        <ul
          aria-label={t('tells', { name })}
          className="sticky left-0 flex w-[calc(100cqw-3px)] flex-wrap gap-1.5 px-3 pb-1.5 font-sans"
        >
          {tells.map(step => (
            <li key={step} className="flex">
              <Told mode={mode} name={step} told={told.filter(lit => lit.step.name === step)} />
            </li>
          ))}
        </ul>
      )}
      {children}
    </div>
  )
}

const CHIP = [
  'inline-flex items-center gap-1.5 rounded-full border bg-panel py-0.5 pr-2.5 pl-1',
  'font-mono text-[0.6875rem]',
].join(' ')
const NUMBER = [
  'grid h-[1.125rem] min-w-[1.125rem] place-items-center rounded-full px-1',
  'text-[0.65rem]',
].join(' ')

/** A step by its name; where it was told, with its place in the request and the way to it. */
function Told({ mode, name, told }: { mode: Mode; name: string; told: LitStep[] }) {
  const t = useTranslations('source')
  const { select } = useLit()
  const [first] = told
  if (!first)
    return (
      <span className={`${CHIP} border-line text-muted`}>
        <span aria-hidden className={NUMBER}>
          <span className="size-1.5 rounded-full bg-line" />
        </span>
        {name}
      </span>
    )
  const numbers = told.map(({ number }) => number).join(', ')
  const says = t('on-wire', { numbers, step: name })
  const show = (event: MouseEvent) => {
    const rows = document.querySelectorAll<HTMLElement>(`#wire-${mode} [data-step]`)
    event.preventDefault()
    select(mode, first.step.id)
    rows[first.number - 1]?.focus()
  }
  return (
    <a
      href={`#wire-${mode}`}
      data-told={name}
      aria-label={says}
      title={says}
      onClick={show}
      className={`${CHIP} border-hue font-semibold text-hue hover:underline`}
    >
      <span className={`${NUMBER} bg-hue text-paper`}>{numbers}</span>
      {name}
    </a>
  )
}
