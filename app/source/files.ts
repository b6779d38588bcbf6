import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TELLING } from '@/lib/labs/tellers'
import { STEPS } from '@/lib/wire/steps'

// Only the files the wire refers to can be looked at, and the twins with what tells for them.
const SHOWN = new Set([...Object.values(STEPS).map(facts => facts.source), ...TELLING])

export const isShown = (file: unknown): file is string =>
  typeof file === 'string' && SHOWN.has(file)

/** A file this server was built from, or null where it is not there. */
export async function readShown(file: string): Promise<string | null> {
  if (!isShown(file)) return null
  return readFile(join(/* turbopackIgnore: true */ process.cwd(), file), 'utf8').catch(() => null)
}
