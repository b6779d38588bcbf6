import type { Algorithm } from '../../lib/settings/settings.ts'
import type { Place } from './places.ts'

type Kind = Place['kind']
export type Revocation = 'none' | 'denylist'

/** A kind of request whose cost is measured: where, what is asked for, and what it brings. */
export type Variant = {
  /** What `--profile` calls it. */
  id: string
  name: string
  kind: Kind
  route: '/api/me' | '/api/verify'
  /** A session, or a token of these settings. */
  token: { algorithm: Algorithm; revocation: Revocation } | null
  /** The ratio to the bare route that it has to reach, where one is set. */
  target: number | null
}

const NAMES: Record<Kind, string> = {
  memory: 'memory',
  sqlite: 'SQLite',
  postgresql: 'PostgreSQL',
  redis: 'Redis',
  memcached: 'Memcached',
}
const SESSION_TARGETS: Record<Kind, number | null> = {
  sqlite: 0.8,
  memory: 0.85,
  postgresql: 0.65,
  redis: 0.65,
  memcached: null,
}
const ROUTES = ['/api/me', '/api/verify'] as const
const lastOf = (route: string) => route.split('/').at(-1) ?? ''

const session = (kind: Kind, route: Variant['route']): Variant => ({
  id: `session-${kind}-${lastOf(route)}`,
  name: `session in ${NAMES[kind]}`,
  kind,
  route,
  token: null,
  target: SESSION_TARGETS[kind],
})

function token(
  kind: Kind,
  route: Variant['route'],
  algorithm: Algorithm,
  target: number | null,
  revocation: Revocation = 'denylist',
): Variant {
  const denylist = revocation === 'denylist' ? `denylist in ${NAMES[kind]}` : 'revocation: none'
  return {
    id: `token-${algorithm.toLowerCase()}-${revocation === 'none' ? 'none' : kind}-${lastOf(route)}`,
    name: `token ${algorithm}, ${denylist}`,
    kind,
    route,
    token: { algorithm, revocation },
    target,
  }
}

/** All that are measured, in the order in which they are shown. */
export const VARIANTS: Variant[] = [
  ...ROUTES.map(route => session('sqlite', route)),
  ...ROUTES.map(route => token('sqlite', route, 'ES256', 0.85)),
  token('sqlite', '/api/verify', 'ES256', 0.92, 'none'),
  ...(['HS256', 'RS256', 'EdDSA'] as const).map(name => token('sqlite', '/api/verify', name, null)),
  ...ROUTES.map(route => session('memory', route)),
  ...ROUTES.map(route => session('postgresql', route)),
  ...ROUTES.map(route => token('postgresql', route, 'ES256', null)),
  ...ROUTES.map(route => session('redis', route)),
  ...ROUTES.map(route => session('memcached', route)),
]

/** One of them by its id, which has to be there. */
export function variantOf(id: string): Variant {
  const found = VARIANTS.find(variant => variant.id === id)
  if (found) return found
  throw new Error(`there is no ${id}`)
}
