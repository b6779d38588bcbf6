const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['HeadlessChrome', 'Chrome (headless)'],
  ['Chrome', 'Chrome'],
  ['Version', 'Safari'],
  ['curl', 'curl'],
] as const

const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/**
 * A client's own words about itself, shortened to what a person recognises. Null where nothing is.
 */
export function describeUserAgent(userAgent: string): string | null {
  const browser = BROWSERS.find(([mark]) => userAgent.includes(`${mark}/`))
  if (!browser) return userAgent ? userAgent.slice(0, 40) : null
  const [mark, name] = browser
  const version = new RegExp(`${mark}/(\\d+)`).exec(userAgent)?.[1]
  const system = SYSTEMS.find(([mark]) => userAgent.includes(mark))?.[1]
  return [`${name} ${version ?? ''}`.trim(), system].filter(Boolean).join(' · ')
}
