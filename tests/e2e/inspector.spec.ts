import type { Page } from '@playwright/test'
import { faultsOf, THEMES } from './axe.ts'
import { admit, choose, expect, ORIGIN, type Person, press, SOAK, test } from './fixtures.ts'

/** Opens the inspector, signed in with a token, and takes that token apart. Returns the token. */
async function inspectOwn(page: Page, person: Person): Promise<string> {
  await admit(page, person, { mode: 'token' })
  await page.goto('/inspector')
  await page.getByRole('button', { name: 'Take this page’s token' }).click()
  await expect(page.getByText('Everything that can be checked here is right.')).toBeVisible()
  return page.getByLabel('Access token', { exact: true }).inputValue()
}

const checks = (page: Page) =>
  page
    .locator('[data-check]')
    .evaluateAll(rows =>
      rows.map(row => `${row.getAttribute('data-check')} ${row.getAttribute('data-state')}`),
    )

const told = (page: Page) => page.getByRole('region', { name: 'What the wire knows' })
const outside = (page: Page) => page.getByRole('region', { name: 'What the client is told' })

async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Send it/ }).click()
  await expect(told(page).locator('[data-step="response.sent"]')).toBeVisible()
}

test('takes this page’s own token apart, checks it here, and the server agrees', async ({
  page,
  person,
}) => {
  const someone = await person()
  await inspectOwn(page, someone)
  expect(await checks(page)).toEqual([
    'shape passed',
    'header passed',
    'key passed',
    'signature passed',
    'addressee passed',
    'time passed',
    'claims passed',
    'lifetime passed',
  ])
  await expect(page.locator('[data-member="sub"]')).toContainText(someone.id)
  await expect(page.locator('[data-member="role"]')).toContainText('"editor"')
  await expect(page.locator('[data-member="exp"]').getByRole('timer')).toHaveText(/^4:\d\d$/)
  await expect(page.locator('[data-member="exp"]')).toContainText('RFC 7519, 4.1.4')
  await send(page)
  await expect(outside(page)).toContainText(
    `The server takes the sender for ${someone.name}, role editor.`,
  )
  await expect(told(page).locator('[data-step="revocation.checked"]')).toContainText('clear')
})

test('each well-known attack is refused: one code outside, its own reason on the wire, and nobody is signed out', async ({
  page,
  person,
}) => {
  await inspectOwn(page, await person('reader'))
  const calls: string[] = []
  page.on('request', request => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/api/')) calls.push(`${request.method()} ${pathname}`)
  })
  const attacks = [
    ['Raise the role', 'signature', 'token.signature_wrong'],
    ['Stretch exp', 'signature', 'token.signature_wrong'],
    ['alg: none', 'shape', 'token.malformed'],
    ['Public key as secret', 'key', 'token.algorithm_refused'],
    ['Another audience', 'signature', 'token.signature_wrong'],
    ['Another spelling', 'shape', 'token.malformed'],
    ['exp in milliseconds', 'signature', 'token.signature_wrong'],
  ] as const
  for (const [attack, check, reason] of attacks) {
    await page.getByRole('button', { name: attack }).click()
    await expect(page.locator(`[data-check="${check}"]`)).toHaveAttribute('data-state', 'refused')
    await expect(page.locator(`[data-check="${check}"]`)).toContainText(reason)
    await send(page)
    await expect(outside(page)).toContainText('invalid_token')
    await expect(outside(page)).toContainText('Bearer realm="authscope", error="invalid_token"')
    await expect(told(page).locator('[data-reason]')).toHaveText(reason)
  }
  expect(calls).toEqual(attacks.map(() => 'GET /api/me'))
  await page.getByRole('button', { name: 'Back to the original' }).click()
  await send(page)
  await expect(outside(page)).toContainText('Accepted.')
  await expect(page.getByRole('banner').getByRole('button', { name: 'Sign out' })).toBeVisible()
})

test('tells what else is wrong with an altered token, were it rightly signed', async ({
  page,
  person,
}) => {
  await inspectOwn(page, await person())
  for (const [attack, check, reason] of [
    ['Stretch exp', 'lifetime', 'token.lifetime_refused'],
    ['Another audience', 'addressee', 'token.audience_refused'],
    ['exp in milliseconds', 'claims', 'token.claims_refused'],
  ] as const) {
    await page.getByRole('button', { name: attack }).click()
    const row = page.locator(`[data-check="${check}"]`)
    await expect(row).toHaveAttribute('data-state', 'not_reached')
    await expect(row).toContainText('this would still be refused:')
    await expect(row).toContainText(reason)
  }
})

test('shows an altered token beside the original, with what differs marked in words too', async ({
  page,
  person,
}) => {
  const token = await inspectOwn(page, await person('reader'))
  await page.getByText('Alter it by hand').click()
  await page.getByLabel('Value (JSON, or text)').fill('admin')
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  const role = page.locator('[data-member="role"]')
  await expect(role).toContainText('changed')
  await expect(role.locator('del')).toHaveText('"reader"')
  await expect(role.locator('ins')).toHaveText('"admin"')
  const texts = page.locator('[data-token]')
  await expect(texts.first()).toHaveText(token)
  await expect(texts.last().locator('mark')).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('There is none.')).toBeVisible()
  await page.getByRole('button', { name: 'Keep the old one' }).click()
  await page.getByLabel('Header, as text').fill('{"alg":"none","typ":"at+jwt","kid":"x"}')
  await expect(page.locator('[data-check="header"]')).toContainText('token.algorithm_refused')
  await page.getByRole('button', { name: 'Back to the original' }).click()
  await expect(texts).toHaveCount(1)
})

test('sends nothing while a token is pasted, altered and checked, but for the public keys', async ({
  page,
  person,
}) => {
  const token = await inspectOwn(page, await person())
  await page.clock.install()
  const loaded = page.waitForResponse('**/.well-known/jwks.json')
  await page.goto('/inspector')
  await loaded
  // It stands there from the start, and can be used once the page has its token again.
  await expect(page.getByRole('button', { name: 'Take this page’s token' })).toBeEnabled()
  // Whatever the page puts off is done: ten of its seconds go by at once.
  await page.clock.runFor(10_000)
  await page.evaluate(() => document.fonts.ready)
  const requests: string[] = []
  page.on('request', request =>
    requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`),
  )
  const box = page.getByLabel('Access token', { exact: true })
  await box.fill(token)
  await expect(page.getByText('Everything that can be checked here is right.')).toBeVisible()
  for (const attack of ['Another spelling', 'Public key as secret', 'Raise the role']) {
    await page.getByRole('button', { name: attack }).click()
    await expect(page.getByText(/^Refused at:/)).toBeVisible()
  }
  await page.getByText('Alter it by hand').click()
  await page
    .getByLabel('Header, as text')
    .fill('{"typ":"at+jwt","alg":"ES256","kid":"of-somebody-else"}')
  await expect(page.locator('[data-check="key"]')).toContainText('token.key_unknown')
  await box.fill(token.slice(0, 200))
  await expect(page.getByText(/^Refused at:/)).toBeVisible()
  await page.clock.runFor(10_000)
  // One request more, made by this test: what was sent before it is told by then.
  await page.evaluate(() => fetch('/api/health/live'))
  expect(
    [...new Set(requests)].filter(
      line => !/^GET http:\/\/[^/]+\/\.well-known\/jwks\.json $/.test(line),
    ),
  ).toEqual([`GET ${ORIGIN}/api/health/live `])
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]),
  )
  expect(kept).not.toContain('eyJ')
})

test('reads what can be read of a broken token and says what cannot', async ({ page }) => {
  await page.goto('/inspector')
  await expect(page.getByText('this page holds no token')).toBeVisible()
  const box = page.getByLabel('Access token', { exact: true })
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  await box.fill(
    `Authorization: Bearer ${encode('{"alg":"ES256"')}.${encode('{"sub":"someone","exp":1e400}')}.%%%`,
  )
  const header = page.getByRole('region', { name: 'Header', exact: true })
  await expect(header).toContainText('This part decodes to text that is not JSON:')
  await expect(page.locator('[data-member="sub"]')).toContainText('"someone"')
  await expect(page.locator('[data-member="exp"]')).toContainText('Infinity')
  await expect(page.getByText('It cannot be decoded: it is not base64url.')).toBeVisible()
  await expect(page.locator('[data-check="shape"]')).toContainText('token.malformed')
  await box.fill('한글')
  await expect(page.getByText('Parts here: 1.')).toBeVisible()
  await page.getByRole('button', { name: 'Send it' }).click()
  await expect(page.getByText('No header can hold this')).toBeVisible()
})

test('says of HS256 that only the server can check it, and the server does', async ({
  page,
  person,
}) => {
  await choose(page, { mode: 'token' })
  await page.goto('/settings')
  await page.getByLabel('Signature', { exact: true }).selectOption('HS256')
  await expect(page.getByText('Saved.')).toBeVisible()
  await admit(page, await person(), { mode: 'token' })
  await page.goto('/inspector')
  await page.getByRole('button', { name: 'Take this page’s token' }).click()
  await expect(page.getByText('Only the server can check this one')).toBeVisible()
  await expect(page.locator('[data-check="key"]')).toHaveAttribute('data-state', 'unknowable')
  await expect(page.locator('[data-check="lifetime"]')).toContainText(
    'If the signature were right: passed.',
  )
  await send(page)
  await expect(outside(page)).toContainText('Accepted.')
  await page.getByRole('button', { name: 'Raise the role' }).click()
  await send(page)
  await expect(told(page).locator('[data-reason]')).toHaveText('token.signature_wrong')
})

test('a token that was ended still looks right here, and the server knows better', async ({
  page,
  person,
}) => {
  await inspectOwn(page, await person())
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(
    page.getByText('Nobody is signed in here, so this page holds no token.'),
  ).toBeVisible()
  await expect(page.getByText('Everything that can be checked here is right.')).toBeVisible()
  await send(page)
  await expect(outside(page)).toContainText('invalid_token')
  await expect(told(page).locator('[data-reason]')).toHaveText('token.revoked')
})

test('in session mode it shows the way to a token, and of the cookie what there is to see', async ({
  page,
  signedIn,
}) => {
  await signedIn()
  await page.getByRole('link', { name: 'Inspector' }).click()
  await expect(page.getByRole('link', { name: 'choose token mode in the settings' })).toBeVisible()
  const seal = page.getByRole('region', { name: 'And the session cookie?' })
  await expect(seal).toContainText(/__Host-session=Fe26\.2\S+… \(\d+\) #[0-9a-f]{8}/)
  await seal.getByRole('button', { name: 'Try to read the cookies from here' }).click()
  await expect(seal).toContainText('document.cookie → ""')
})

test('can be used with the keyboard alone', async ({ page, person }) => {
  await inspectOwn(page, await person())
  await press(page.getByLabel('Access token', { exact: true }), 'Tab')
  const raise = page.getByRole('button', { name: 'Raise the role' })
  await expect(raise).toBeFocused()
  await press(raise, 'Enter')
  await expect(page.locator('[data-check="signature"]')).toHaveAttribute('data-state', 'refused')
  await press(page.getByRole('button', { name: 'Send it, altered' }), 'Enter')
  await expect(told(page).locator('[data-reason]')).toHaveText('token.signature_wrong')
})

test('axe finds nothing in any of its states, light and dark', SOAK, async ({ page, person }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const check = async (state: string) => {
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      expect([state, colorScheme, await faultsOf(page)]).toEqual([state, colorScheme, []])
    }
  }
  await inspectOwn(page, await person())
  await check('verified')
  await page.getByText('Alter it by hand').click()
  await page.getByRole('button', { name: 'exp in milliseconds' }).click()
  await expect(page.getByText(/^Refused at:/)).toBeVisible()
  await send(page)
  await check('altered and sent')
  await page.getByLabel('Access token', { exact: true }).fill('broken.token')
  await expect(page.getByText('Parts here: 2.')).toBeVisible()
  await check('broken')
})
