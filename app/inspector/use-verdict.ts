'use client'

import type { JWK } from 'jose'
import { useEffect, useRef, useState } from 'react'
import { pageNow } from '@/lib/client/page-clock'
import type { Verdict } from '@/lib/labs/inspector/checks'
import type { Reading } from '@/lib/labs/inspector/reading'
import { useFeed } from '../_components/wire/use-wire'

export type Keys = { status: 'loading' | 'there' | 'failed'; published: readonly JWK[] }

/**
 * How soon the keys are asked for again because of a `kid` that is not among them, in milliseconds.
 */
const ASK_AGAIN = 10_000

/**
 * The server's public keys, asked for once, and again when a token names one that was not there:
 * the only request of this page by itself.
 */
export function usePublishedKeys({ header }: Reading): Keys {
  const [keys, setKeys] = useState<Keys>({ status: 'loading', published: [] })
  const askedAt = useRef(Number.NEGATIVE_INFINITY)
  const kid = header.members?.kid
  const isMissing =
    kid !== undefined &&
    header.members?.alg !== 'HS256' &&
    !keys.published.some(key => key.kid === kid)

  useEffect(() => {
    const isFirst = askedAt.current === Number.NEGATIVE_INFINITY
    if (!isFirst && (!isMissing || performance.now() - askedAt.current < ASK_AGAIN)) return
    askedAt.current = performance.now()
    fetch('/.well-known/jwks.json', { cache: isFirst ? 'default' : 'reload' })
      .then(response => response.json())
      .then(({ keys: published }: { keys: JWK[] }) => setKeys({ status: 'there', published }))
      .catch(() =>
        setKeys(now => ({ ...now, status: now.status === 'there' ? 'there' : 'failed' })),
      )
  }, [isMissing])
  return keys
}

// Loaded with this page and no other: the gate brings its libraries along.
const loadGate = () => import('@/lib/labs/inspector/checks')

/**
 * What the gate says of a token now, by the server's clock, and again each second as time goes by.
 * Null until it has spoken.
 */
export function useVerdict(
  token: string,
  keys: Keys,
  issuer: string,
  audience: string,
): Verdict | null {
  const { clockOffset } = useFeed()
  const [judged, setJudged] = useState<{ token: string; verdict: Verdict } | null>(null)
  const { status, published } = keys

  // Before there is anything to check: once a token is here, nothing more is asked for.
  useEffect(() => void loadGate(), [])

  useEffect(() => {
    if (token === '' || status === 'loading') return
    let isCurrent = true
    const check = async () => {
      const { judge } = await loadGate()
      const now = new Date(pageNow() - clockOffset)
      const verdict = await judge(token, { issuer, audience, now }, published)
      if (isCurrent) setJudged({ token, verdict })
    }
    void check()
    const timer = window.setInterval(() => void check(), 1000)
    return () => {
      isCurrent = false
      window.clearInterval(timer)
    }
  }, [token, status, published, clockOffset, issuer, audience])
  return judged?.token === token ? judged.verdict : null
}
