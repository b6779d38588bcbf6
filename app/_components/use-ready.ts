'use client'

import { startTransition, useEffect, useState } from 'react'

/**
 * False until the page's code runs: before that a button would do nothing, or a form would send
 * itself the old way. What changes by it gives way to whatever else there is to do.
 */
export function useReady(): boolean {
  const [ready, setReady] = useState(false)
  useEffect(() => startTransition(() => setReady(true)), [])
  return ready
}
