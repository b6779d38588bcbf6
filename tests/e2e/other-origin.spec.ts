import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, expect, type Page } from '@playwright/test'
import { ORIGIN, PASSWORD, type Person, test } from './fixtures.ts'

// `127.0.0.1` and `localhost` are two sites to a browser. Only this port is configured.
const ALLOWED = 3211
const ANY = 0

/** Serves a page of another site, with a link to ours, until the test is over. */
async function serveElsewhere(port: number) {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'Content-Type': 'text/html' })
      .end(`<!doctype html><title>Elsewhere</title><a href="${ORIGIN}/dashboard">There</a>`)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A page of another site, in a browser without headers of the test's own. */
async function pageOf(browser: Browser, port: number): Promise<Page> {
  const { server, origin } = await serveElsewhere(port)
  const context = await browser.newContext({ extraHTTPHeaders: {} })
  context.on('close', () => server.close())
  const page = await context.newPage()
  await page.goto(origin)
  return page
}

type Journey = { email: string; password: string; api: string }

/** What a single-page app would do. The statuses, or the name of what the browser threw. */
async function journey({ email, password, api }: Journey): Promise<(number | string)[]> {
  const seen: (number | string)[] = []
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ) => {
    const type = body && { 'Content-Type': 'application/json' }
    const init = {
      method,
      headers: { 'Auth-Mode': 'token', ...type, ...headers },
      body: body ? JSON.stringify(body) : null,
    }
    const response = await fetch(api + path, init).catch(error => error as Error)
    seen.push(response instanceof Error ? response.name : response.status)
    return response instanceof Response && response.status < 300 && response.status !== 204
      ? response.json()
      : {}
  }
  const signedIn = await call('POST', '/api/token/sign-in', {}, { email, password })
  const bearer = { Authorization: `Bearer ${signedIn.access_token}` }
  await call('GET', '/api/me', bearer)
  await call('POST', '/api/notes', bearer, {
    title: 'From elsewhere',
    body: 'Written by a page of another site.',
  })
  await call('POST', '/api/token/sign-out', bearer)
  await call('GET', '/api/me', bearer)
  return seen
}

const asked = ({ email }: Person) => ({ email, password: PASSWORD, api: ORIGIN })

test('a page on a configured origin does the whole journey with a token, and keeps no cookie', async ({
  browser,
  person,
}) => {
  const page = await pageOf(browser, ALLOWED)
  expect(await page.evaluate(journey, asked(await person('editor')))).toEqual([
    200, 200, 201, 204, 401,
  ])
  expect(await page.context().cookies()).toEqual([])
  await page.context().close()
})

test('a page on any other origin is stopped by the browser, and signs nobody in', async ({
  browser,
  person,
}) => {
  const page = await pageOf(browser, ANY)
  expect(await page.evaluate(journey, asked(await person('editor')))).toEqual(
    Array(5).fill('TypeError'),
  )
  await page.context().close()
})

test('a link of another site leads to where one is signed in, though the refresh cookie does not come with it', async ({
  page,
  signedIn,
}) => {
  const { server, origin } = await serveElsewhere(ANY)
  const someone = await signedIn('editor', { mode: 'token' })
  await page.goto(origin)
  const asking = page.waitForRequest(`${ORIGIN}/dashboard`)
  await page.getByRole('link', { name: 'There' }).click()
  expect((await (await asking).allHeaders()).cookie).not.toContain('__Host-refresh')
  await expect(page.getByRole('heading', { name: `Hello, ${someone.name}` })).toBeVisible()
  server.close()
})
