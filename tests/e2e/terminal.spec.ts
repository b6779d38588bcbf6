import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { arrive, expect, MODES, ORIGIN, PASSWORD, test } from './fixtures.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..', '..')

/** What somebody gets who pastes all of it into one shell. */
async function paste(commands: string[], folder: string): Promise<string> {
  const { stdout } = await run('bash', ['-c', commands.join('\n')], {
    cwd: folder,
    timeout: 120_000,
  })
  return stdout
}

for (const mode of MODES) {
  test(`in ${mode} mode the commands of the walk-through work in a terminal, and appear as they run`, async ({
    page,
    signedIn,
  }) => {
    const someone = await signedIn('editor', { mode })
    await page.getByText('The same from a terminal').click()
    const steps = page.locator('details ol li')
    await expect(steps).toHaveCount(5)
    const commands = (await steps.locator('pre').allTextContents()).map(text =>
      text.replace('YOUR PASSWORD', PASSWORD),
    )
    const folder = mkdtempSync(path.join(tmpdir(), 'authscope-terminal-'))
    try {
      const printed = await paste(commands, folder)
      const statuses = [...printed.matchAll(/HTTP\/1\.1 (\d+)/g)].map(match => Number(match[1]))
      // The first command of token mode prints the token alone.
      expect(statuses.slice(mode === 'session' ? 1 : 0)).toEqual([200, 200, 204, 401])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    await expect(steps.getByText(/^seen: /)).toHaveText(
      [200, 200, 200, 204, 401].map(status => `seen: ${status}`),
    )
    await expect(page.getByText('5 of 5 seen')).toBeVisible()
    // The terminal's sign-out is not the page's.
    await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  })
}

test('the script client does the whole journey, seen on the page that gave it the code', async ({
  page,
  signedIn,
}) => {
  const someone = await signedIn()
  const code =
    (await page.locator('footer code').textContent())?.replace('Wire-Channel: ', '') ?? ''
  const args = [
    'scripts/client.mjs',
    '--api',
    'http://localhost:3210',
    '--email',
    someone.email,
    '--wire',
    code,
  ]
  const env = { ...process.env, AUTHSCOPE_PASSWORD: PASSWORD }
  const { stdout } = await run(process.execPath, args, { cwd: root, env, timeout: 120_000 })
  expect(stdout).toContain('a copy of the token opens nothing any more')
  await expect(page.locator('li[data-trace]').getByText('POST /api/token/sign-in')).toBeVisible()
})

test('another service answers to a token made out to it, and to no other', async ({
  another,
  person,
}) => {
  // A browser without headers of the test's own: the other service allows none but the token.
  const page = await another({ extraHTTPHeaders: {} })
  const env = {
    ...process.env,
    REPORTS_JWKS_URL: `${ORIGIN}/.well-known/jwks.json`,
    REPORTS_ORIGINS: ORIGIN,
  }
  const service = spawn(process.execPath, ['scripts/reports.mjs'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(service.stdout, 'data')
    await arrive(page, await person(), { mode: 'token' })
    await page.getByText('Another service').click()
    await page.getByRole('button', { name: 'Get a token for it and ask' }).click()
    await expect(
      page.getByText(/^200The report for \d{4}-\d\d: 1 granted, 0 refused\.$/),
    ).toBeVisible()
    await page.getByRole('button', { name: 'Ask with the app’s own token' }).click()
    await expect(page.getByText('401Refused: invalid_token.')).toBeVisible()
  } finally {
    service.kill('SIGTERM')
    await once(service, 'close')
  }
  await page.getByRole('button', { name: 'Get a token for it and ask' }).click()
  await expect(page.getByText('It does not answer.')).toBeVisible()
})
