'use client'

import { useTranslations } from 'next-intl'
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Lane, Step } from '@/lib/wire/steps'
import type { Exchange } from '@/lib/wire/view/exchanges'
import { type Row, showMicros, toRows } from './rows'

type Props = {
  exchanges: readonly Exchange[]
  /** The parts, from left to right: those that take part in what is shown. */
  lanes: readonly Lane[]
  selected: string | null
  onSelect(step: Step): void
  label: string
}

/** How far down counts as "at the end": from there on the diagram follows what arrives. */
const NEAR_END = 40

/**
 * The exchanges as a sequence diagram that grows as steps arrive. An ordered list of buttons: the
 * picture is drawn by the rows themselves, so that it can be read, searched, selected and walked
 * through with the keyboard.
 */
export function SequenceDiagram({ exchanges, lanes, selected, onSelect, label }: Props) {
  const t = useTranslations('wire')
  const scroller = useRef<HTMLDivElement>(null)
  const position = (lane: Lane) => ((lanes.indexOf(lane) + 0.5) / lanes.length) * 100
  const current =
    exchanges.find(({ steps }) => steps.some(step => step.id === selected)) ?? exchanges.at(-1)
  const drawn = useOneByOne(exchanges)
  const steps = drawn.reduce((sum, exchange) => sum + exchange.steps.length, 0)

  // With one instance there is nothing to tell apart.
  const showInstance = new Set(exchanges.flatMap(({ instance }) => instance ?? [])).size > 1

  // Follows new steps until the reader scrolls up to look at something, and again once they are
  // back at the end.
  const following = useRef(true)
  const onScroll = () => {
    const box = scroller.current
    if (box) following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END
  }
  // One stop for the Tab key; the arrow keys walk from step to step.
  const stop = selected ?? exchanges.at(-1)?.steps.at(-1)?.id ?? null
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-step]') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (to === undefined || !buttons[to]) return
    event.preventDefault()
    buttons[to].focus()
    buttons[to].click()
  }

  // The same function all along, so that what has not changed is not drawn again.
  const latest = useRef(onSelect)
  latest.current = onSelect
  const pick = useCallback((step: Step) => latest.current(step), [])

  // What a page finds when it opens stands there at once; what comes later is seen to come.
  const isLive = useRef(false)
  useEffect(() => {
    if (drawn.length > 0 && drawn.length === exchanges.length) isLive.current = true
  }, [drawn, exchanges])

  // Before the step is painted, so that it is not seen to jump.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when a step arrives
  useLayoutEffect(() => {
    const box = scroller.current
    if (box && following.current) box.scrollTop = box.scrollHeight
  }, [steps])

  return (
    <section
      ref={scroller}
      onScroll={onScroll}
      className="relative h-full overflow-y-auto"
      aria-label={label}
      tabIndex={0}
    >
      <div
        className="sticky top-0 z-10 grid border-b border-line bg-panel text-center text-xs font-semibold sm:text-sm"
        style={{ gridTemplateColumns: `repeat(${lanes.length}, 1fr)` }}
      >
        {lanes.map(lane => (
          <span key={lane} className="py-2">
            {t(`lane.${lane}`)}
          </span>
        ))}
      </div>
      <div className="relative min-h-[calc(100%-2.5rem)] pb-4">
        {lanes.map(lane => (
          <span
            key={lane}
            aria-hidden
            className="absolute inset-y-0 w-px bg-line"
            style={{ left: `${position(lane)}%` }}
          />
        ))}
        <ol className="relative" onKeyDown={onKeyDown}>
          {drawn.map(exchange => (
            <ExchangeRows
              key={exchange.traceId}
              exchange={exchange}
              laneNames={lanes.join(' ')}
              showInstance={showInstance}
              selected={exchange === current ? selected : null}
              isPast={exchange !== current}
              stop={exchange.steps.some(step => step.id === stop) ? stop : null}
              onSelect={pick}
              isLive={isLive}
            />
          ))}
        </ol>
      </div>
    </section>
  )
}

/** So many of them as are drawn by now: one more at a time, so that the page can be used between. */
function useOneByOne(exchanges: readonly Exchange[]): readonly Exchange[] {
  const [count, setCount] = useState(1)
  useEffect(() => {
    if (count >= exchanges.length) return undefined
    const timer = window.setTimeout(() => setCount(count + 1), 0)
    return () => window.clearTimeout(timer)
  }, [count, exchanges.length])
  return useMemo(() => exchanges.slice(0, count), [exchanges, count])
}

type ExchangeProps = {
  exchange: Exchange
  /** The lanes in one word, so that the same ones are equal. */
  laneNames: string
  showInstance: boolean
  selected: string | null
  isPast: boolean
  stop: string | null
  onSelect(step: Step): void
  isLive: Readonly<{ current: boolean }>
}

/**
 * One exchange. Drawn again only when something of it has changed: there may be a hundred above it.
 */
const ExchangeRows = memo(function ExchangeRows(props: ExchangeProps) {
  const { exchange, laneNames, showInstance, selected, isPast, stop, onSelect, isLive } = props
  const t = useTranslations('wire')
  const lanes = laneNames.split(' ') as Lane[]
  const position = (lane: Lane) => ((lanes.indexOf(lane) + 0.5) / lanes.length) * 100
  return (
    <li data-mode={exchange.mode ?? 'none'} data-trace={exchange.traceId} className="pt-2">
      {(exchange.isTerminal || showInstance) && (
        <p className="relative mx-auto w-fit rounded bg-sunken px-2 text-xs text-muted">
          {[exchange.isTerminal && t('terminal'), showInstance && exchange.instance]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
      <ol>
        {toRows(exchange).map(row => (
          <Arriving key={row.step.id} isLive={isLive}>
            <StepButton
              row={row}
              lanes={lanes}
              position={position}
              isSelected={row.step.id === selected}
              isPast={isPast}
              isStop={row.step.id === stop}
              onSelect={onSelect}
            />
          </Arriving>
        ))}
      </ol>
    </li>
  )
})

/** A row, drawn as it arrives where it does so while somebody looks. */
function Arriving({ isLive, children }: Pick<ExchangeProps, 'isLive'> & { children: ReactNode }) {
  const [arrives] = useState(() => isLive.current)
  return <li className={arrives ? 'step-row' : undefined}>{children}</li>
}

type StepProps = {
  isPast: boolean
  isStop: boolean
  row: Row
  lanes: Lane[]
  position(lane: Lane): number
  isSelected: boolean
  onSelect(step: Step): void
}

function StepButton({ row, lanes, position, isSelected, isPast, isStop, onSelect }: StepProps) {
  const { step, from, to } = row
  const time = showMicros(step.durationMicros)
  const common = `group relative block w-full text-left -outline-offset-2! font-mono text-[0.72rem] leading-4 sm:text-xs ${isSelected ? 'bg-hue-soft' : 'hover:bg-sunken'}`
  const label =
    row.tone === 'bad'
      ? 'text-bad'
      : isSelected
        ? 'font-semibold text-ink'
        : isPast
          ? 'text-muted'
          : 'text-ink'
  const line = isPast ? 'opacity-45' : ''
  const background = isSelected ? 'bg-hue-soft' : 'bg-panel group-hover:bg-sunken'
  const attributes = {
    type: 'button',
    'data-step': step.name,
    'aria-pressed': isSelected,
    tabIndex: isStop ? 0 : -1,
    onClick: () => onSelect(step),
  } as const
  if (from === to)
    return <Work {...{ row, lanes, position, time, attributes, common, label, line, background }} />
  return <Message {...{ row, position, time, attributes, common, label, line, background }} />
}

type PartProps = Omit<StepProps, 'isSelected' | 'isPast' | 'isStop' | 'onSelect' | 'lanes'> & {
  time: string
  attributes: {
    type: 'button'
    'data-step': string
    'aria-pressed': boolean
    tabIndex: number
    onClick(): void
  }
  common: string
  label: string
  line: string
  background: string
}

/** Something that goes from one part to another. */
function Message({ row, position, time, attributes, common, label, line, background }: PartProps) {
  const [start, end] = [position(row.from), position(row.to)]
  const [left, right] = [Math.min(start, end), Math.max(start, end)]
  const goesRight = end > start
  const color = `${line} ${row.tone === 'bad' ? 'border-bad text-bad' : 'border-hue text-hue'}`
  // The text stands over the middle of its arrow, with as much room as there is on both sides of
  // that.
  const center = (left + right) / 2
  const room = Math.min(center, 100 - center)
  return (
    <button {...attributes} className={`${common} pb-1.5 pt-1`}>
      <span
        className="block px-1 text-center"
        style={{ marginLeft: `${center - room}%`, width: `${room * 2}%` }}
      >
        <span
          className={`box-decoration-clone px-1 [overflow-wrap:anywhere] ${background} ${label}`}
        >
          {row.label}
          {time && <span className="ml-1.5 whitespace-nowrap font-normal text-muted">{time}</span>}
        </span>
      </span>
      <span
        aria-hidden
        className={`relative mt-1 block h-2 ${goesRight ? 'arrow-right' : 'arrow-left'} ${color}`}
        style={{ marginLeft: `${left}%`, width: `${right - left}%` }}
      >
        <span
          className="absolute inset-x-0 top-[3px] border-t-[1.5px] border-inherit"
          style={{ borderTopStyle: 'var(--stroke)' as 'solid' }}
        />
        <svg
          aria-hidden
          viewBox="0 0 8 8"
          className={`absolute top-0 size-2 ${goesRight ? 'right-0' : 'left-0 rotate-180'}`}
          fill="currentColor"
        >
          <path d="M0 0l8 4-8 4z" />
        </svg>
      </span>
    </button>
  )
}

/** Something that one part does by itself. */
function Work({
  row,
  lanes,
  position,
  time,
  attributes,
  common,
  label,
  line,
  background,
}: PartProps & { lanes: Lane[] }) {
  const at = position(row.to)
  const isLast = lanes.indexOf(row.to) === lanes.length - 1
  const mark = `${line} ${row.tone === 'bad' ? 'bg-bad' : 'bg-hue'}`
  return (
    <button {...attributes} className={`${common} min-h-7 py-1.5`}>
      <span
        aria-hidden
        className={`absolute top-1/2 h-3.5 w-2 -translate-x-1/2 -translate-y-1/2 rounded-sm ${mark}`}
        style={{ left: `${at}%` }}
      />
      {isLast ? (
        <span className="flex justify-end" style={{ paddingRight: `calc(${100 - at}% + 0.75rem)` }}>
          {time && <span className="mr-2 text-muted">{time}</span>}
          <span className={`px-1 ${background} ${label}`}>{row.label}</span>
        </span>
      ) : (
        <span className="flex items-baseline">
          <span className="shrink-0 pr-3 text-right text-muted" style={{ width: `${at}%` }}>
            {time && <span className={`px-1 ${background}`}>{time}</span>}
          </span>
          <span className={`ml-2.5 min-w-0 px-1 [overflow-wrap:anywhere] ${background} ${label}`}>
            {row.label}
          </span>
        </span>
      )}
    </button>
  )
}
