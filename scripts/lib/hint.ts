import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { inRoot } from './paths.mjs'

/**
 * V8 compiles all functions of a script that begins with this while it arrives, beside the page's
 * own thread; else it does so as each is called, on that thread. A comment to other engines.
 */
const HINT = '//# allFunctionsCalledOnLoad\n'

/** Marks each script of the build: they hold what a page runs at once, or loads to run it. */
export async function hintScripts(): Promise<void> {
  const files = globSync(inRoot('.next', 'static', '**', '*.js'))
  await Promise.all(files.map(async file => writeFile(file, HINT + (await readFile(file, 'utf8')))))
}
