import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const SECRETS = new URL('../../../scripts/lib/secrets.ts', import.meta.url)
const NAMES = ['AUTHSCOPE_SECRET', 'AUTHSCOPE_PEPPER', 'AUTHSCOPE_CLIENTS']

/** What a process goes by that loads its secrets at a moment, and finds none made. */
async function load(folder: string, moment: number): Promise<string> {
  const program = `
    const { loadSecrets } = await import(${JSON.stringify(SECRETS.href)})
    while (Date.now() < ${moment});
    loadSecrets()
    console.log(${JSON.stringify(NAMES)}.map(name => name + '=' + process.env[name]).join('\\n'))`
  const unset = Object.fromEntries(NAMES.map(name => [name, '']))
  const env = { ...process.env, ...unset, AUTHSCOPE_DATA: folder }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env },
  )
  return stdout
}

test('instances that start at once where there are no secrets yet all go by the same, and those are kept', async () => {
  const root = mkdtempSync(join(tmpdir(), 'authscope-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (let round = 0; round < 4; round += 1) {
    const folder = join(root, `${round}`)
    const moment = Date.now() + 300
    const loaded = await Promise.all([load(folder, moment), load(folder, moment)])
    expect(readdirSync(folder)).toEqual(['secrets.env'])
    const file = join(folder, 'secrets.env')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const text of loaded) expect(text).toBe(readFileSync(file, 'utf8'))
  }
})

test('instances that start at once and add what a file of an earlier version lacks all go by the same', async () => {
  const root = mkdtempSync(join(tmpdir(), 'authscope-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const old =
    'AUTHSCOPE_SECRET=a secret of an earlier version\nAUTHSCOPE_PEPPER=a pepper of an earlier version'
  for (let round = 0; round < 4; round += 1) {
    const folder = join(root, `${round}`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'secrets.env'), old)
    const moment = Date.now() + 300
    const loaded = await Promise.all([load(folder, moment), load(folder, moment)])
    expect(readdirSync(folder)).toEqual(['secrets.env'])
    for (const text of loaded) expect(text).toBe(readFileSync(join(folder, 'secrets.env'), 'utf8'))
  }
})
