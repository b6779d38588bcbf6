import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const STEPS = new URL('../../../scripts/lib/steps.mjs', import.meta.url)

/**
 * How a script ends that does this with its file: as `uid`, where one is given, once it has been
 * read, which that one need not be allowed.
 */
function endOf(statement: string, file: string, uid?: number) {
  const program = `
    import fs from 'node:fs'
    import net from 'node:net'
    import { main } from ${JSON.stringify(STEPS.href)}
    const [file] = process.argv.slice(1)
    ${uid === undefined ? '' : `process.setgid(${uid}); process.setuid(${uid})`}
    await main(async () => { ${statement} })`
  const args = ['--input-type=module', '--eval', program, file]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, said: stderr.trim() }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('what the file system refuses is said in one sentence, whatever it was that was tried', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const [below, missing] = [join(file, 'below'), join(folder, 'missing', 'file')]
  for (const [statement, at, said] of [
    ['fs.readFileSync(file)', missing, `${missing} cannot be used (ENOENT): it is not there: `],
    [
      'fs.writeFileSync(file, "")',
      missing,
      `${missing} cannot be used (ENOENT): it is not there: `,
    ],
    [
      'await fs.promises.readdir(file)',
      file,
      `${file} cannot be used (ENOTDIR): a part of that path is a file`,
    ],
    [
      'fs.statSync(file)',
      below,
      `${below} cannot be used (ENOTDIR): a part of that path is a file`,
    ],
    ['fs.readFileSync(file)', folder, 'A file cannot be used (EISDIR): it is a folder'],
    ['fs.rmdirSync(file)', folder, `${folder} cannot be used (ENOTEMPTY): ENOTEMPTY: `],
    ['fs.renameSync(file, "/nowhere/x")', file, `${file} and /nowhere/x cannot be used (ENOENT): `],
  ] as const) {
    const end = endOf(statement, at)
    expect(end.said).not.toContain('\n')
    expect(end).toEqual({ status: 1, said: expect.stringMatching(/, then retry\.$/) })
    expect(end.said.slice(0, said.length)).toBe(said)
  }
})

test.skipIf(process.platform !== 'linux')('a disk that is full is one of them', () => {
  const { status, said } = endOf('fs.writeFileSync(file, "x")', '/dev/full')
  expect([status, said]).toEqual([
    1,
    'A file cannot be used (ENOSPC): the disk is full: make room there, then retry.',
  ])
})

test.skipIf(process.getuid?.() !== 0)('so is what belongs to somebody else', () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  const file = join(folder, 'file')
  const deeper = join(folder, 'deeper')
  mkdirSync(deeper, { mode: 0o700 })
  for (const statement of [
    'fs.writeFileSync(file, "")',
    'fs.mkdirSync(file)',
    'fs.rmSync(file, { force: true })',
  ])
    expect([statement, endOf(statement, join(deeper, 'x'), 65_534).said]).toEqual([
      statement,
      expect.stringMatching(
        /cannot be used \(EACCES\): it belongs to another user: run this as that user, or give this one/,
      ),
    ])
  execFileSync('touch', [file])
  expect(endOf('fs.chmodSync(file, 0o600)', file, 65_534).said).toContain(
    `${file} cannot be used (EPERM)`,
  )
  expect(readFileSync(file, 'utf8')).toBe('')
})

test('what nobody has foreseen is shown as it is', () => {
  const fault = endOf('null.x', '')
  expect([fault.status, fault.said]).toEqual([
    1,
    expect.stringMatching(/TypeError[\s\S]*\n {4}at /),
  ])
  const network = 'await new Promise((_, no) => net.connect(1, "127.0.0.1").on("error", no))'
  expect(endOf(network, '').said).toMatch(/ECONNREFUSED[\s\S]*\n {4}at /)
})
