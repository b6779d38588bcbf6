import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from './paths.mjs'
import { hashOf, isStamped, stamp, unstamp } from './stamp.mjs'

const OUT = 'app/_fonts/generated'
const STAMP = inRoot(OUT, '.authscope-stamp')
const cwd = inRoot()
const SOURCES = globSync('app/**/*.tsx', { cwd }).sort()

/** The weights that the pages use: regular, medium and semibold. */
const WEIGHTS = { min: 400, max: 600 }
/** What browsers write in Korean by themselves: the halves of a day. */
const BY_BROWSERS = charactersOf('오전오후')
/** What English and Korean are set with besides letters. */
const PUNCTUATION = charactersOf('–—‘’“”•…')
const LATIN = new Set([...rangeOf(0x20, 0x7e), ...rangeOf(0xa0, 0xff), ...PUNCTUATION])

/** In the order of the style sheet; `features` are those that it leaves on. */
const FONTS = [
  { name: 'inter', features: ['calt', 'ccmp', 'kern', 'locl', 'mark', 'mkmk'] },
  { name: 'jetbrains-mono', features: ['ccmp', 'mark', 'mkmk'] },
  { name: 'noto-sans-kr', features: [] },
]
const folderOf = (font: string) => `node_modules/@fontsource-variable/${font}`

/** A part of a font, as its package cuts it, and the characters that it is for. */
type Slice = { features: string[]; family: string; file: string; covers: number[] }

/**
 * Cuts the fonts down to the characters of the pages themselves: `used.css`. For all others, which
 * somebody may have typed, `rest.css` has the packages' own files.
 */
export async function cutFonts(): Promise<string | undefined> {
  const packages = FONTS.map(({ name }) => `${folderOf(name)}/package.json`)
  const hash = hashOf([...packages, ...SOURCES, 'app/_i18n', 'scripts/lib/fonts.ts'])
  if (isStamped(STAMP, hash)) return 'unchanged'
  unstamp(STAMP)
  rmSync(inRoot(OUT), { recursive: true, force: true })
  mkdirSync(inRoot(OUT), { recursive: true })
  const languages = usedCharacters()
  const [used, rest]: [string[], string[]] = [[], []]
  for (const slice of FONTS.flatMap(slicesOf)) {
    let others = slice.covers
    for (const [language, characters] of Object.entries(languages)) {
      const part = others.filter(code => characters.has(code))
      if (part.length === 0) continue
      others = others.filter(code => !characters.has(code))
      used.push(faceOf(slice, await cut(slice, language, part), part))
    }
    rest.push(faceOf(slice, `../../../${slice.file}`, others))
  }
  writeFileSync(inRoot(OUT, 'used.css'), used.join('\n'))
  writeFileSync(inRoot(OUT, 'rest.css'), rest.join('\n'))
  stamp(STAMP, hash)
  return undefined
}

/** The characters that a page may show in either language, and those that Korean has besides. */
export function usedCharacters(): { either: Set<number>; korean: Set<number> } {
  const read = (name: string) => charactersOf(readFileSync(inRoot(name), 'utf8'))
  const written = [...SOURCES, 'app/_i18n/en.json'].flatMap(read)
  return {
    either: new Set([...LATIN, ...written]),
    korean: new Set([...read('app/_i18n/ko.json'), ...BY_BROWSERS]),
  }
}

function charactersOf(text: string): number[] {
  return [...text].map(character => character.codePointAt(0) ?? 0).filter(code => code >= 0x20)
}

/** The slices of a font. The Korean one is never asked for what the Latin ones have. */
function slicesOf({ name, features }: (typeof FONTS)[number]): Slice[] {
  const css = readFileSync(inRoot(folderOf(name), 'index.css'), 'utf8')
  const faces = /family: '([^']+)'[^}]*url\(\.\/([^)]+)\)[^}]*unicode-range: ([^;]+)/g
  return [...css.matchAll(faces)].map(([, family = '', file = '', ranges = '']) => ({
    features,
    family,
    file: `${folderOf(name)}/${file}`,
    covers: ranges
      .split(',')
      .flatMap(readRange)
      .filter(code => name !== 'noto-sans-kr' || !LATIN.has(code)),
  }))
}

function readRange(range: string): number[] {
  const [from = '', to = from] = range.trim().slice(2).split('-')
  return rangeOf(Number.parseInt(from, 16), Number.parseInt(to, 16))
}

/** Writes the part of a slice that has these characters alone, and returns its name. */
async function cut({ features, file }: Slice, language: string, part: number[]): Promise<string> {
  const name = `${path.basename(file, '.woff2')}-${language}.woff2`
  const options = {
    targetFormat: 'woff2' as const,
    variationAxes: { wght: WEIGHTS },
    keepFeatures: features,
  }
  // It brings WebAssembly along, which whoever starts again does not need.
  const { default: subsetFont } = await import('subset-font')
  const whole = readFileSync(inRoot(file))
  const text = String.fromCodePoint(...part)
  writeFileSync(inRoot(OUT, name), await subsetFont(whole, text, options))
  return `./${name}`
}

function rangeOf(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

const faceOf = ({ family }: Slice, file: string, characters: number[]) => `@font-face {
  font-family: "${family}";
  font-style: normal;
  font-display: optional;
  font-weight: ${WEIGHTS.min} ${WEIGHTS.max};
  src: url("${file}") format("woff2");
  unicode-range: ${toRanges(characters).join(',')};
}
`

/** Characters as style sheets write them: `U+20-7e`, `U+2026`. */
function toRanges(characters: number[]): string[] {
  const ranges: [from: number, to: number][] = []
  for (const code of characters.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last?.[1] === code - 1) last[1] = code
    else ranges.push([code, code])
  }
  const hex = (code: number) => code.toString(16)
  return ranges.map(([from, to]) => `U+${hex(from)}${to > from ? `-${hex(to)}` : ''}`)
}
