'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { pageNow } from '@/lib/client/page-clock'

/** The time by the server's clock, looked at four times a second. Null until the page runs. */
function useServerNow(clockOffset: number): number | null {
  const [ticks, setTicks] = useState(0)
  useEffect(() => {
    const tick = () => setTicks(count => count + 1)
    tick()
    const timer = window.setInterval(tick, 250)
    return () => window.clearInterval(timer)
  }, [])
  // Read now and not at the last tick: what is counted down may be newer than that.
  return ticks === 0 ? null : pageNow() - clockOffset
}

/**
 * What is over by the server's clock is over by then, in milliseconds: asked earlier, a server
 * would take it for a use.
 */
const LATE = 1_000

type Props = {
  label: string
  /** Null while it is not known. */
  until: string | null
  clockOffset: number
  /** Called once it is over, and nothing came that moved its end. */
  onOver?: (() => void) | undefined
}

/**
 * How long something is still good: the server's own moment, counted down. The bar is full when
 * that moment was first told.
 */
export function Countdown({ label, until, clockOffset, onOver }: Props) {
  const t = useTranslations('wire')
  const now = useServerNow(clockOffset)
  const left =
    now === null || until === null ? null : Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))
  const isOver = left === 0
  const over = useRef(onOver)
  over.current = onOver
  // biome-ignore lint/correctness/useExhaustiveDependencies: another end that is over is another reason to ask
  useEffect(() => {
    if (!isOver) return
    const timer = window.setTimeout(() => over.current?.(), LATE)
    return () => window.clearTimeout(timer)
  }, [isOver, until])
  const first = useRef({ until: '', left: 1 })
  if (left !== null && until !== null && first.current.until !== until)
    first.current = { until, left: Math.max(1, left) }
  const share = until === null ? 0 : left === null ? 1 : Math.min(1, left / first.current.left)
  return (
    <div>
      <p className="text-xs text-muted">{label}</p>
      <p
        role="timer"
        className={`font-mono text-lg font-semibold tabular-nums ${isOver ? 'text-bad' : ''}`}
      >
        {left === null ? '–' : isOver ? t('expired') : showSeconds(left)}
      </p>
      <div aria-hidden className="mt-1 h-1 overflow-hidden rounded-full bg-sunken">
        <div
          className={`h-full rounded-full ${isOver ? 'bg-bad' : 'bg-hue'}`}
          style={{ width: `${share * 100}%` }}
        />
      </div>
    </div>
  )
}

/** `4:52`, `11:59:41`, `6 d 23 h`. */
function showSeconds(seconds: number): string {
  const [days, hours, minutes, rest] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ]
  const two = (part: number) => String(part).padStart(2, '0')
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}
