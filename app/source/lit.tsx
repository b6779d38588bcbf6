'use client'

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { type LitStep, litBy, type Tellers } from '@/lib/labs/tellers'
import type { Question } from '@/lib/labs/twins'
import { MODES, type Mode } from '@/lib/settings/settings'
import type { Exchange } from '@/lib/wire/view/exchanges'
import { useWire } from '../_components/wire/use-wire'

/** A request that lit functions up, and which. */
export type Lighting = { exchange: Exchange; steps: LitStep[] }

type Lit = {
  /** The requests of this browser that lit functions of a mode up, the last one first. */
  requests: Record<Mode, Lighting[]>
  /** The one that is shown: the last, unless somebody chose another. */
  shown: Record<Mode, Lighting | null>
  chosen: Record<Mode, string | null>
  choose(mode: Mode, traceId: string | null): void
  /** The step that is looked at. */
  selected: Record<Mode, string | null>
  select(mode: Mode, stepId: string | null): void
}

const NONE = { session: null, token: null }
/** So many requests can be chosen from. */
const REQUESTS = 12

const Context = createContext<Lit | null>(null)

/** Which functions the requests of this browser lit up, for all that is shown of them below. */
export function LitProvider({ tellers, children }: { tellers: Tellers; children: ReactNode }) {
  const { exchanges } = useWire()
  const [chosen, setChosen] = useState<Lit['chosen']>(NONE)
  const [selected, setSelected] = useState<Lit['selected']>(NONE)
  const requests = useMemo(() => requestsOf(exchanges, tellers), [exchanges, tellers])
  const shownIn = (mode: Mode) =>
    requests[mode].find(({ exchange }) => exchange.traceId === chosen[mode]) ??
    requests[mode][0] ??
    null
  const lit: Lit = {
    requests,
    shown: { session: shownIn('session'), token: shownIn('token') },
    chosen,
    choose: (mode, traceId) => setChosen(now => ({ ...now, [mode]: traceId })),
    selected,
    select: (mode, stepId) => setSelected(now => ({ ...now, [mode]: stepId })),
  }
  return <Context value={lit}>{children}</Context>
}

function requestsOf(exchanges: readonly Exchange[], tellers: Tellers): Lit['requests'] {
  const all = exchanges
    .filter(({ isTerminal }) => !isTerminal)
    .toReversed()
    .map(exchange => ({ exchange, steps: litBy(exchange, tellers) }))
  const [session = [], token = []] = MODES.map(mode =>
    all
      .map(({ exchange, steps }) => ({ exchange, steps: steps.filter(lit => lit.mode === mode) }))
      .filter(({ steps }) => steps.length > 0)
      .slice(0, REQUESTS),
  )
  return { session, token }
}

export function useLit(): Lit {
  const lit = useContext(Context)
  if (!lit) throw new Error('useLit needs LitProvider above it')
  return lit
}

/**
 * The steps that a function told in the request that is shown, and whether that came by it to
 * another function of its file which told one.
 */
export function useTold(mode: Mode, question: Question, name: string) {
  const { shown } = useLit()
  const steps = (shown[mode]?.steps ?? []).filter(lit => lit.question === question)
  const told = steps.filter(lit => lit.name === name)
  return { told, isOnTheWay: told.length === 0 && steps.some(({ from }) => from.includes(name)) }
}
