'use client'

import { useEffect } from 'react'

/**
 * Says where the glyphs are that no page has of itself and somebody may have typed. Most pages have
 * none of them, so that nothing waits for it.
 */
export function RestOfFonts() {
  useEffect(() => void import('./generated/rest.css'), [])
  return null
}
