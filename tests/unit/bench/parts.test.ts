import { expect, test } from 'vitest'
import { FRAMEWORK, type Profile, partOf, sharesOf } from '../../bench/parts.ts'

test.each([
  ['node:_http_outgoing', FRAMEWORK],
  ['node:internal/webstreams/readablestream', FRAMEWORK],
  ['../../node_modules/next/dist/esm/server/web/adapter.js', FRAMEWORK],
  ['node:internal/crypto/webcrypto', 'crypto'],
  ['../../node_modules/iron-session/dist/index.js', 'crypto'],
  ['file:///app/node_modules/@prisma/client/runtime/client.mjs', 'Prisma'],
  ['file:///app/prisma/sqlite/generated/client.ts', 'Prisma'],
  ['wasm://wasm/00c1a2b3', 'Prisma'],
  ['file:///app/node_modules/better-sqlite3/lib/methods/wrappers.js', 'drivers'],
  ['../../../lib/auth/guard.ts', 'ours: lib/auth'],
  ['server/listen.ts', 'ours: server'],
  ['app/api/me/route.ts', 'ours: app'],
  ['file:///opt/app/elsewhere.js', FRAMEWORK],
  ['node:internal/util', null],
  ['', null],
])('%s is of the part %o', (file, part) => {
  expect(partOf(file)).toBe(part)
})

test('shares are of the busy samples, and what the runtime does is its caller’s', () => {
  const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
    id,
    callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 },
    children,
  })
  const profile: Profile = {
    nodes: [
      node(1, '(root)', '', [2, 3, 4, 6]),
      node(2, '(idle)', ''),
      node(3, '(garbage collector)', ''),
      node(4, 'check', 'lib/auth/guard.ts', [5]),
      node(5, 'toString', ''),
      node(6, 'onread', 'node:internal/timers'),
    ],
    samples: [2, 2, 2, 2, 3, 4, 5, 5, 6],
  }
  expect(sharesOf(profile, ({ url }) => url)).toEqual([
    { part: 'ours: lib/auth', share: 0.6 },
    { part: 'garbage', share: 0.2 },
    { part: FRAMEWORK, share: 0.2 },
  ])
})
