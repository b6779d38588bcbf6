import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { closureOf, filesOf, packagesIn } from './imports.ts'
import { inRoot } from './paths.mjs'
import { Stop } from './stop.mjs'

export type Core = 'session' | 'token'

/** The files of a core: the mechanism, the guard, and everything that these import. */
export function coreOf(core: Core): { files: string[]; packages: string[] } {
  const starts = [...filesOf(`lib/auth/${core}/*.ts`), 'lib/auth/guard.ts']
  const { files, others } = closureOf(starts)
  return { files, packages: packagesIn(others) }
}

/** Copies a core into a folder. Writes over nothing: what is there already is named, and stays. */
export function copyCore(core: Core, folder: string): { copied: string[]; packages: string[] } {
  const { files, packages } = coreOf(core)
  const there = files.filter(file => existsSync(join(folder, file)))
  if (there.length > 0) throw new Stop(`These files are there already: ${there.join(', ')}`)
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(inRoot(file), join(folder, file))
  }
  return { copied: files, packages }
}
