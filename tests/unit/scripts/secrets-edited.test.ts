import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

// The file of secrets, as people leave it when they have edited it by hand.

const SECRETS = new URL('../../../scripts/lib/secrets.ts', import.meta.url)
const STEPS = new URL('../../../scripts/lib/steps.mjs', import.meta.url)
const SECRET = 'Qf3-xTj8bV0pLz5mWn6kYs1dRh2gAcEu9oIq4rNtB7w'
const PEPPER = 'eXo9cGq1TzR4hN7sLk2jVb8wMd5fUa3yPi6CtS0vKQE'
const CLIENT = 'mine:Zr6uHb1kOe8nXc4tWq9vGs3dLj7pYf2aMi5KxN0TyRQ'

function folderWith(text: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'secrets.env')
  writeFileSync(file, text, { mode: 0o600 })
  return { folder, file }
}

/** A start, as far as its secrets: what it goes by, or the sentence with which it ends. */
function load(folder: string, environment: Record<string, string> = {}) {
  const names = ['AUTHSCOPE_SECRET', 'AUTHSCOPE_PEPPER', 'AUTHSCOPE_CLIENTS']
  const program = `
    const { loadSecrets } = await import(${JSON.stringify(SECRETS.href)})
    const { main } = await import(${JSON.stringify(STEPS.href)})
    await main(async () => loadSecrets())
    console.log(JSON.stringify(${JSON.stringify(names)}.map(name => process.env[name])))`
  const unset = Object.fromEntries(names.map(name => [name, '']))
  const env = { ...process.env, ...unset, ...environment, AUTHSCOPE_DATA: folder }
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    env,
    encoding: 'utf8',
  })
  if (child.status === 0) return { values: JSON.parse(child.stdout) as string[], said: '' }
  return { values: [], said: child.stderr.trim() }
}

const MADE = expect.stringMatching(/^demo-service:[\w-]{43}$/)

test('a file without a final newline and without a newer setting loses nothing when that is added', () => {
  const lines = `AUTHSCOPE_SECRET=${SECRET}\nAUTHSCOPE_PEPPER=${PEPPER}`
  const { folder, file } = folderWith(lines)
  const first = load(folder)
  expect(first.values).toEqual([SECRET, PEPPER, MADE])
  expect(readFileSync(file, 'utf8')).toBe(`${lines}\nAUTHSCOPE_CLIENTS=${first.values[2]}\n`)
  expect(load(folder)).toEqual(first)
  expect(readdirSync(folder)).toEqual(['secrets.env'])
})

test.each([
  ['lines of Windows', `AUTHSCOPE_SECRET=${SECRET}\r\nAUTHSCOPE_PEPPER=${PEPPER}\r\n`],
  [
    'the mark that some editors put in front',
    `\ufeffAUTHSCOPE_SECRET=${SECRET}\nAUTHSCOPE_PEPPER=${PEPPER}\n`,
  ],
  ['spaces around the sign', `AUTHSCOPE_SECRET = ${SECRET} \n  AUTHSCOPE_PEPPER =\t${PEPPER}\t\n`],
  ['quotes', `AUTHSCOPE_SECRET="${SECRET}"\nAUTHSCOPE_PEPPER='${PEPPER}'\n`],
  ['other quotes', `AUTHSCOPE_SECRET=\`${SECRET}\`\nAUTHSCOPE_PEPPER="${PEPPER}" # not "mine"\n`],
  [
    'the word of a shell in front',
    `export AUTHSCOPE_SECRET=${SECRET}\n\texport  AUTHSCOPE_PEPPER="${PEPPER}"\n`,
  ],
  [
    'comments',
    `# mine\n#AUTHSCOPE_PEPPER=old\n\nAUTHSCOPE_SECRET=${SECRET} # new\nAUTHSCOPE_PEPPER=${PEPPER}\n# end`,
  ],
  [
    'settings of others',
    `PORT=3001\nAUTHSCOPE_SECRET=${SECRET}\nnonsense\nAUTHSCOPE_PEPPER=${PEPPER}\n`,
  ],
])('%s are read, and stay as they are', (_, text) => {
  const { folder, file } = folderWith(text)
  const first = load(folder)
  expect(first).toEqual({ values: [SECRET, PEPPER, MADE], said: '' })
  const after = readFileSync(file, 'utf8')
  expect(after.startsWith(text)).toBe(true)
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const between = /\n$/.test(text) ? '' : eol
  expect(after.slice(text.length)).toBe(`${between}AUTHSCOPE_CLIENTS=${first.values[2]}${eol}`)
  expect(load(folder)).toEqual(first)
  expect(readFileSync(file, 'utf8')).toBe(after)
})

test('what a secret holds is not taken for a comment', () => {
  const odd = `${SECRET}#"' =`
  const { folder } = folderWith(
    `AUTHSCOPE_SECRET=${odd}\nAUTHSCOPE_PEPPER="${PEPPER} # x"\nAUTHSCOPE_CLIENTS=${CLIENT}`,
  )
  expect(load(folder).values).toEqual([odd, `${PEPPER} # x`, CLIENT])
})

test('what cannot be read of it stays too, to the byte', () => {
  const { folder, file } = folderWith('')
  const bytes = Buffer.from(
    `# gr\xfc\xdfe\nAUTHSCOPE_SECRET=${SECRET}\nAUTHSCOPE_PEPPER=${PEPPER}`,
    'latin1',
  )
  writeFileSync(file, bytes)
  expect(load(folder).values).toEqual([SECRET, PEPPER, MADE])
  expect(readFileSync(file).subarray(0, bytes.length)).toEqual(bytes)
})

test('two settings on one line, as earlier versions left them, stop the start with a sentence', () => {
  const text = `AUTHSCOPE_SECRET=${SECRET}\nAUTHSCOPE_PEPPER=${PEPPER}AUTHSCOPE_CLIENTS=${CLIENT}\nAUTHSCOPE_CLIENTS=${CLIENT}\n`
  const { folder, file } = folderWith(text)
  expect(load(folder).said).toBe(
    `Line 2 of ${file} has AUTHSCOPE_PEPPER and AUTHSCOPE_CLIENTS in one: begin a new line before AUTHSCOPE_CLIENTS, then retry.`,
  )
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('a setting that is there twice with two values stops the start with a sentence', () => {
  const text = `AUTHSCOPE_SECRET=${SECRET}\nAUTHSCOPE_PEPPER=${PEPPER}\nAUTHSCOPE_CLIENTS=${CLIENT}\n`
  expect(load(folderWith(`${text}AUTHSCOPE_PEPPER="${PEPPER}"`).folder).values).toEqual([
    SECRET,
    PEPPER,
    CLIENT,
  ])
  const { folder, file } = folderWith(`${text}AUTHSCOPE_PEPPER=${SECRET}`)
  const { said } = load(folder)
  expect(said).toBe(
    `Lines 2 and 4 of ${file} set AUTHSCOPE_PEPPER to two values: keep the right one, then retry.`,
  )
})

test('a setting that is empty or gone stops the start with a sentence, unless the environment has it', () => {
  for (const line of ['', 'AUTHSCOPE_PEPPER=\n', "AUTHSCOPE_PEPPER='' # later\n"]) {
    const { folder, file } = folderWith(`AUTHSCOPE_SECRET=${SECRET}\n${line}`)
    expect(load(folder).said).toContain(`${file} has no AUTHSCOPE_PEPPER`)
    expect(load(folder, { AUTHSCOPE_PEPPER: PEPPER }).values).toEqual([SECRET, PEPPER, MADE])
  }
})

test('a file that is linked to is changed where it is, and stays for its owner alone', () => {
  const { folder, file } = folderWith(`AUTHSCOPE_SECRET=${SECRET}\nAUTHSCOPE_PEPPER=${PEPPER}`)
  chmodSync(file, 0o644)
  if (process.getuid?.() === 0) chownSync(file, 65_534, 65_534)
  const { uid } = statSync(file)
  const data = join(folder, 'data')
  mkdirSync(data)
  symlinkSync(file, join(data, 'secrets.env'))
  const { values } = load(data)
  expect(values).toEqual([SECRET, PEPPER, MADE])
  expect(execFileSync('cat', [file], { encoding: 'utf8' })).toContain(
    `AUTHSCOPE_CLIENTS=${values[2]}\n`,
  )
  expect([statSync(file).mode & 0o777, statSync(file).uid]).toEqual([0o600, uid])
  expect([readdirSync(data), readdirSync(folder).sort()]).toEqual([
    ['secrets.env'],
    ['data', 'secrets.env'],
  ])
})

test('secrets that are all in the environment need no folder', () => {
  const all = { AUTHSCOPE_SECRET: SECRET, AUTHSCOPE_PEPPER: PEPPER, AUTHSCOPE_CLIENTS: CLIENT }
  const { file } = folderWith('')
  expect(load(join(file, 'no-folder'), all).values).toEqual([SECRET, PEPPER, CLIENT])
})
