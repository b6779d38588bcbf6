'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/**
 * False until the page's code runs: before that a button would do nothing, or a form would send
 * itself the old way.
 */
export const useReady = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
