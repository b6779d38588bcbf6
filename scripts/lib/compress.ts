import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import { inRoot } from './paths.mjs'

const compress = promisify(brotliCompress)

/**
 * Makes a copy in Brotli beside each script and style sheet of the build: small, since it is made
 * once and for all. `server/copies.ts` hands it out.
 */
export async function compressBuild(): Promise<void> {
  const files = globSync(inRoot('.next', 'static', '**', '*.{js,css}'))
  await Promise.all(
    files.map(async file => writeFile(`${file}.br`, await compress(await readFile(file)))),
  )
}
