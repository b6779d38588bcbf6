const WIDTH = 860
const LABELS = 330
const FIGURES = 130
const ROW = 26
const TOP = 66
const BOTTOM = 34
const SPACE = WIDTH - LABELS - FIGURES

/** Whose figure it is: the mode's own colour, as in the pages. */
export type Tone = 'session' | 'token' | 'other'
type Part = { from: number; to: number; tone: Tone; thin?: boolean }
export type Row = {
  label: string
  figure: string
  bars: Part[]
  dots?: { at: number; tone: Tone }[]
  /** What it has to reach, or may not exceed. */
  target?: number | null
}
export type Plot = {
  title: string
  /** What the marks mean. */
  note: string
  ticks: number[]
  show: (value: number) => string
  /** The place of a value, 0 at the left and 1 at the right. */
  scale: (value: number) => number
  rows: Row[]
}

// Legible on a white page and on a dark one: an image has no theme but the reader's own.
const STYLE = `
  :root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
    --session: #a84a08; --token: #2350c0; --other: #6e7781; --target: #1a7f37 }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d;
    --session: #f2a254; --token: #93b1ff; --other: #9198a1; --target: #57ab5a } }
  text { font: 14px system-ui, sans-serif; fill: var(--ink) }
  .title { font-size: 16px; font-weight: 600 }
  .soft { fill: var(--soft); font-size: 13px }
  .line { stroke: var(--line) }
  .target { stroke: var(--target); stroke-width: 3 }
  .session { fill: var(--session); stroke: var(--session) }
  .token { fill: var(--token); stroke: var(--token) }
  .other { fill: var(--other); stroke: var(--other) }
  .bar { fill-opacity: 0.45; stroke: none }`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const text = (value: string) => value.replace(/[&<>"]/g, letter => ENTITIES[letter] ?? letter)
const at = (value: number) => Number(value.toFixed(1))

/** A plot of rows, as an image that needs nothing else. */
export function draw({ title, note, ticks, show, scale, rows }: Plot): string {
  const height = TOP + rows.length * ROW + BOTTOM
  const x = (value: number) => at(LABELS + Math.min(1, Math.max(0, scale(value))) * SPACE)
  const axis = ticks.map(
    tick => `<line class="line" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${height - BOTTOM}"/>
<text class="soft" x="${x(tick)}" y="${height - 12}" text-anchor="middle">${show(tick)}</text>`,
  )
  const lines = rows.map(({ label, figure, bars, dots = [], target }, row) => {
    const middle = TOP + row * ROW + ROW / 2
    const parts = bars.map(({ from, to, tone, thin }) =>
      thin
        ? `<line class="${tone}" x1="${x(from)}" x2="${x(to)}" y1="${middle}" y2="${middle}"/>`
        : `<rect class="${tone} bar" x="${x(from)}" y="${middle - 8}" width="${at(x(to) - x(from))}" height="16"/>`,
    )
    const marks = dots.map(
      ({ at: value, tone }) => `<circle class="${tone}" cx="${x(value)}" cy="${middle}" r="4"/>`,
    )
    if (typeof target === 'number')
      marks.push(
        `<line class="target" x1="${x(target)}" x2="${x(target)}" y1="${middle - 10}" y2="${middle + 10}"/>`,
      )
    return [
      `<text x="${LABELS - 10}" y="${middle + 5}" text-anchor="end">${text(label)}</text>`,
      ...parts,
      ...marks,
      `<text class="soft" x="${WIDTH - FIGURES + 10}" y="${middle + 5}">${text(figure)}</text>`,
    ].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${text(title)}</title>
<style>${STYLE}
</style>
<text class="title" x="10" y="24">${text(title)}</text>
<text class="soft" x="10" y="46">${text(note)}</text>
${[...axis, ...lines].join('\n')}
</svg>
`
}
