'use client'

import { useState } from 'react'
import { clean, KEYS, type Seen } from '@/lib/labs/storage/experiment'
import { askTab } from '@/lib/labs/storage/probe'

/**
 * The trial that takes two clicks: a tab keeps a value and closes, and later the same page in
 * another tab looks for it.
 */
export function useClosedTab() {
  /** What the closed tab was given, between the two clicks. */
  const [given, setGiven] = useState<string | null>(null)

  /**
   * Resolves with what was seen, with `half` after the first click, with null where no tab
   * answered.
   */
  async function run(value: string, hash: string): Promise<Seen | 'half' | null> {
    if (given === null) {
      const answer = await askTab({ type: 'plant', key: KEYS.closed, value })
      if (answer) setGiven(hash)
      return answer && 'half'
    }
    const answer = await askTab({ type: 'look', key: KEYS.closed, hash: given })
    setGiven(null)
    clean()
    return answer?.type === 'seen' ? answer.seen : null
  }

  return { isTabClosed: given !== null, run, forget: () => setGiven(null) }
}
