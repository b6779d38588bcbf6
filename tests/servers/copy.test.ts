import { expect, onTestFinished, test } from 'vitest'
import { coreOf } from '../../scripts/lib/copy.ts'
import { codeOf, PAGE, startCopy, typeCheck } from '../fixtures/copy.ts'

const CORES = [
  ['session', ['iron-session', 'zod']],
  ['token', ['iron-session', 'jose', 'zod']],
] as const

test.each(CORES)('%s: a core is at most 25 files, and the page says how many', (core, packages) => {
  const found = coreOf(core)
  expect(found.files.length).toBeLessThanOrEqual(25)
  expect(found.packages).toEqual(packages)
  expect(PAGE).toContain(`npm run copy -- ${core} ../my-app `)
  expect(PAGE).toMatch(
    new RegExp(
      `copy -- ${core} \\.\\./my-app +# ${found.files.length} files into .*; needs ${packages.join('.*')}`,
    ),
  )
})

test.each(CORES)('%s: copied into an empty folder it type-checks', async core => {
  expect(await typeCheck(core)).toBe('')
})

const credentials = { email: 'ann@example.com', password: 'correct battery of staples' }

test.each(CORES)('%s: in a new Next app it signs in, guards a route and signs out', async core => {
  expect(codeOf(core).map(({ path }) => path)).toContain('app/api/me/route.ts')
  const { origin, stop } = await startCopy(core)
  onTestFinished(stop)
  const send = (path: string, method: string, headers: Record<string, string>, body?: object) =>
    fetch(origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const me = async (headers: Record<string, string>) => {
    const answer = await send('/api/me', 'GET', headers)
    return [answer.status, await answer.json()]
  }
  const refused = [401, { error: 'unauthenticated' }]
  expect(await me({})).toEqual(refused)
  const wrong = await send('/api/sign-in', 'POST', {}, { ...credentials, password: 'wrong' })
  expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []])

  const signedIn = await send('/api/sign-in', 'POST', {}, credentials)
  expect(signedIn.status).toBe(200)
  const [cookie = ''] = signedIn.headers.getSetCookie().map(line => line.split(';')[0])
  const body = await signedIn.json()
  const own: Record<string, string> =
    core === 'session' ? { cookie } : { authorization: `Bearer ${body.access_token}` }
  const ann = [200, { userId: 'ann', role: 'editor' }]
  expect(await me(own)).toEqual(ann)

  if (core === 'token') {
    expect(cookie).toMatch(/^__Host-refresh=Fe26/)
    const refreshed = await send('/api/refresh', 'POST', { cookie })
    expect(refreshed.status).toBe(200)
    const next = { authorization: `Bearer ${(await refreshed.json()).access_token}` }
    expect(await me(next)).toEqual(ann)
  } else expect(cookie).toMatch(/^__Host-session=Fe26/)

  const signedOut = await send('/api/sign-out', 'POST', own)
  expect(await signedOut.json()).toBe(true)
  expect(await me(own)).toEqual(refused)
})
