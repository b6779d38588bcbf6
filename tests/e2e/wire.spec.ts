import { createHash } from 'node:crypto'
import type { CDPSession, Page } from '@playwright/test'
import { choose, enter, expect, MODES, ORIGIN, PASSWORD, rowsOf, test } from './fixtures.ts'

type Captured = { request: Map<string, string>; response: [string, string][]; status: number }

/** What Chromium really sent and received, told by the network stack itself and not by the page. */
async function capture(
  page: Page,
): Promise<{ cdp: CDPSession; find(url: string, method: string): Captured | undefined }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Network.enable')
  const urls = new Map<string, string>()
  const exchanges = new Map<string, Captured>()
  const of = (id: string) => {
    const known = exchanges.get(id) ?? { request: new Map(), response: [], status: 0 }
    exchanges.set(id, known)
    return known
  }
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) =>
    urls.set(requestId, `${request.method} ${request.url}`),
  )
  cdp.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => {
    for (const [name, value] of Object.entries(headers))
      of(requestId).request.set(name.toLowerCase(), value)
  })
  cdp.on('Network.responseReceivedExtraInfo', ({ requestId, headers, statusCode }) => {
    const captured = of(requestId)
    captured.status = statusCode
    // Several headers of one name come as one, a line each.
    captured.response = Object.entries(headers).flatMap(([name, value]) =>
      value.split('\n').map((line): [string, string] => [name.toLowerCase(), line]),
    )
  })
  return {
    cdp,
    find(url, method) {
      const id = [...urls].findLast(([, line]) => line === `${method} ${ORIGIN}${url}`)?.[0]
      return id ? exchanges.get(id) : undefined
    },
  }
}

// Written out once more on purpose: what the page shows is held to this, not to the code that made
// it.
const fingerprint = (secret: string) =>
  `${secret.slice(0, Math.min(12, Math.floor(secret.length / 4)))}… (${secret.length}) #${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`

const redactPairs = (value: string) =>
  value
    .split('; ')
    .map(
      pair =>
        `${pair.slice(0, pair.indexOf('='))}=${fingerprint(pair.slice(pair.indexOf('=') + 1))}`,
    )
    .join('; ')

function redactSetCookie(line: string): string {
  const [pair = '', ...attributes] = line.split('; ')
  const secret = pair.slice(pair.indexOf('=') + 1)
  return [secret ? redactPairs(pair) : pair, ...attributes].join('; ')
}

/**
 * Headers that Node and Next add below the application, which the server's own account of its
 * answer cannot contain.
 */
const BELOW_THE_APP = new Set([
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'vary',
  'content-length',
  'content-encoding',
])

/** The header lines the panel shows, request and answer apart. */
async function panelLines(page: Page, region: 'Request' | 'Answer'): Promise<[string, string][]> {
  const panel = page.getByRole('region', { name: region, exact: true })
  return panel
    .locator('[data-header]')
    .evaluateAll(rows =>
      rows.map((row): [string, string] => [
        row.getAttribute('data-header') ?? '',
        row.lastElementChild?.textContent ?? '',
      ]),
    )
}

for (const mode of MODES) {
  test(`what the panel shows is what went over the network, in ${mode} mode`, async ({
    page,
    person,
  }) => {
    await choose(page, { mode })
    const network = await capture(page)
    const someone = await person()
    await enter(page, someone)
    for (const [method, target] of [
      ['POST', `/api/${mode}/sign-in`],
      ['GET', '/api/notes'],
    ] as const) {
      await rowsOf(page, `${method} ${target}`)
      await page
        .locator('[data-step="request.received"]')
        .filter({ hasText: `${method} ${target}` })
        .last()
        .click()
      await expect.poll(() => network.find(target, method)?.status).toBe(200)
      const captured = network.find(target, method)
      if (!captured) throw new Error(`${method} ${target} was not captured`)

      const shownRequest = new Map(await panelLines(page, 'Request'))
      for (const [name, value] of captured.request) {
        if (name.startsWith(':')) continue
        expect([name, shownRequest.get(name)]).toEqual([
          name,
          name === 'cookie' ? redactPairs(value) : value,
        ])
      }
      const shownAnswer = (await panelLines(page, 'Answer')).filter(
        ([name]) => !BELOW_THE_APP.has(name),
      )
      const sent = captured.response
        .filter(([name]) => !BELOW_THE_APP.has(name))
        .map(([name, value]) => [name, name === 'set-cookie' ? redactSetCookie(value) : value])
      expect(shownAnswer.toSorted()).toEqual(sent.toSorted())
    }
    // No secret of the exchange is anywhere on the page.
    const text = (await page.locator('body').textContent()) ?? ''
    const cookies = await page.context().cookies()
    for (const { value } of cookies) expect(text).not.toContain(value)
    expect(text).not.toContain(PASSWORD)
  })
}

test('a terminal joins with the pairing code and its call appears live', async ({
  page,
  http,
  person,
}) => {
  await page.goto('/sign-in')
  const code = await page.getByText(/^Wire-Channel: /).textContent()
  const pairing = code?.replace('Wire-Channel: ', '') ?? ''
  const someone = await person()
  const signedIn = await http.post('/api/token/sign-in', {
    data: { email: someone.email, password: PASSWORD },
    headers: { 'wire-channel': pairing },
  })
  expect(signedIn.status()).toBe(200)
  await expect(page.getByText('another client, joined by the pairing code')).toBeVisible()
  expect(await rowsOf(page, 'POST /api/token/sign-in')).toContain('token.signed')
  // What a terminal holds is not what this browser holds.
  await expect(page.getByText('No credential that the wire has told of.')).toBeVisible()
})

test('steps reach the browser that caused them and no other', async ({ page, another, person }) => {
  const other = await another()
  await other.goto('/sign-in')
  await expect(other.getByText('watching live')).toBeVisible()
  await enter(page, await person())
  await rowsOf(page, 'POST /api/session/sign-in')
  await expect(other.locator('[data-step]')).toHaveCount(0)
})

test('each step says why it is there and opens the code that did it', async ({
  page,
  signedIn,
  context,
}) => {
  await signedIn()
  await rowsOf(page, 'GET /api/notes')
  await page.locator('[data-step="session.found"]').last().click()
  await expect(
    page.getByText('One lookup turned a random id into a person and a role'),
  ).toBeVisible()
  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: /lib\/auth\/session\/standing\.ts/ }).click()
  const code = await opened
  await expect(code.getByRole('heading', { name: 'lib/auth/session/standing.ts' })).toBeVisible()
  await expect(code.locator('#step')).toContainText("'session.found'")
})

test('copies an exchange as a curl command without a secret in it, and exports HAR', async ({
  page,
  person,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await enter(page, await person())
  await rowsOf(page, 'POST /api/session/sign-in')
  await page.locator('[data-step="session.created"]').click()
  await page.getByRole('button', { name: 'curl' }).first().click()
  const command = await page.evaluate(() => navigator.clipboard.readText())
  expect(command).toContain(`curl -i -X POST '${ORIGIN}/api/session/sign-in'`)
  expect(command).toContain('"password":"YOUR PASSWORD"')
  expect(command).not.toContain(PASSWORD)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'HAR' }).click()
  const file = await (await downloading).createReadStream()
  let text = ''
  for await (const chunk of file) text += chunk
  const { log } = JSON.parse(text)
  expect(log.version).toBe('1.2')
  expect(log.entries[0].request.url).toBe(`${ORIGIN}/api/session/sign-in`)
  expect(text).not.toContain(PASSWORD)
})
