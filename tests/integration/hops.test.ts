import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Hops } from '../hops/hops.ts'

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'hops.mjs')

test('to know why a request passed one reads 8 files with a cookie, 9 with a token, 8 for a refresh', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--json'])
  const hops = JSON.parse(stdout) as Hops[]
  expect(hops.map(({ name, files }) => [name, files.length])).toEqual([
    ['GET /api/me with a cookie', 8],
    ['GET /api/me with a token', 9],
    ['POST /api/token/refresh', 8],
  ])
  for (const { files } of hops.slice(0, 2))
    for (const question of ['carrier', 'open', 'standing'])
      expect(files.filter(file => file.endsWith(`/${question}.ts`))).toHaveLength(1)
})
