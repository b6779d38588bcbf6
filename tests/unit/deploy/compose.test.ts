import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { inRoot } from '../../../scripts/lib/paths.mjs'
import { BALANCING, toAppServers } from '../../../scripts/rig/gateway.ts'
import { locate } from '../../../scripts/rig/programs.ts'

type Service = {
  environment?: Record<string, string>
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: object
  networks?: { default: { ipv4_address: string } }
  build?: { context: string; dockerfile: string }
  stop_grace_period?: string
  restart?: string
}

const read = (file: string) => readFileSync(inRoot(file), 'utf8')
const compose = parse(read('deploy/compose.yaml'), { merge: true })
const services: Record<string, Service> = compose.services
const instances = Object.entries(services).filter(([name]) => name.startsWith('app-'))
const gateway = services.gateway as Service
const addressOf = (service: Service) => service.networks?.default.ipv4_address ?? ''

/** The variables that the app and its server read, by their own sources. */
const READ = new Set(
  ['lib/config.ts', 'scripts/lib/settings.mjs']
    .map(read)
    .join('\n')
    .match(/\b(?:AUTHSCOPE|DATABASE|SESSION|REDIS|MEMCACHED)_[A-Z_]+\b/g),
)

test('what is set for the app is what the app reads, and all instances are set alike', () => {
  expect(instances.map(([name]) => name)).toEqual(['app-1', 'app-2', 'app-3'])
  const [first, ...others] = instances.map(([name, { environment = {} }]) => {
    const { AUTHSCOPE_INSTANCE, ...shared } = environment
    expect(AUTHSCOPE_INSTANCE).toBe(name)
    return shared
  })
  for (const other of [...others, services.migrate?.environment]) expect(other).toEqual(first)
  const set = Object.keys(first ?? {})
  expect(set).toEqual(
    expect.arrayContaining(['AUTHSCOPE_SECRET', 'AUTHSCOPE_PEPPER', 'DATABASE_URL', 'REDIS_URL']),
  )
  expect(set.filter(name => !READ.has(name))).toEqual([])
})

test('a secret has no default, and demo mode has: off', () => {
  const text = read('deploy/compose.yaml')
  const given = [...text.matchAll(/\$\{(\w*(?:SECRET|PEPPER|PASSWORD)\w*)([^}]*)\}/g)]
  expect(new Set(given.map(([, name]) => name))).toEqual(
    new Set(['AUTHSCOPE_SECRET', 'AUTHSCOPE_PEPPER', 'POSTGRES_PASSWORD']),
  )
  expect(given.filter(([, , rest = '']) => rest !== '' && !rest.startsWith(':?'))).toEqual([])
  expect(text).toContain(`AUTHSCOPE_DEMO: \${AUTHSCOPE_DEMO:-0}`)
})

test('the gateway is told what the templates ask for, in the words of `npm run cluster`', () => {
  const folder = inRoot('deploy', 'nginx')
  const templates = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
  const asked = new Set(templates.join('\n').match(/(?<=\$\{)GATEWAY_\w+(?=\})/g))
  const told = gateway.environment ?? {}
  expect(new Set(Object.keys(told).filter(name => name.startsWith('GATEWAY_')))).toEqual(asked)
  const places = instances.map(([, service]) => `${addressOf(service)}:3000`)
  expect(told.GATEWAY_APP_SERVERS).toBe(toAppServers(places))
  expect(told.GATEWAY_APP_BALANCING).toBe(`\${GATEWAY_APP_BALANCING:-}`)
  expect(read('deploy/compose.yaml')).toContain(`GATEWAY_APP_BALANCING='${BALANCING.sticky}'`)
  expect(gateway.volumes).toEqual(['./nginx:/etc/nginx/templates:ro'])
  // Only its word counts for where a request comes from.
  const trusted = instances.map(([, { environment = {} }]) => environment.AUTHSCOPE_TRUSTED_PROXIES)
  expect(new Set(trusted)).toEqual(new Set([addressOf(gateway)]))
})

test.skipIf(!locate('nginx'))('nginx takes the templates as they are filled there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-compose-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const values: Record<string, string> = {
    ...gateway.environment,
    GATEWAY_APP_BALANCING: BALANCING.sticky,
  }
  for (const name of readdirSync(inRoot('deploy', 'nginx'))) {
    const filled = read(`deploy/nginx/${name}`).replace(
      /\$\{(GATEWAY_\w+)\}/g,
      (_, variable) => values[variable] ?? '',
    )
    writeFileSync(
      join(folder, name.replace('.template', '')),
      filled.replaceAll('/gateway/', `${folder}/`),
    )
  }
  const check = [
    '-t',
    '-q',
    '-p',
    folder,
    '-c',
    join(folder, 'nginx.conf'),
    '-e',
    join(folder, 'error.log'),
  ]
  execFileSync(locate('nginx') ?? '', check, { stdio: 'pipe' })
})

test('what is mounted and built from is there, and what is kept has a volume', () => {
  for (const { volumes = [], build } of Object.values(services)) {
    for (const [source = ''] of volumes.map(volume => volume.split(':')))
      expect([
        source,
        source.startsWith('.') ? existsSync(inRoot('deploy', source)) : source in compose.volumes,
      ]).toEqual([source, true])
    if (build) expect(existsSync(inRoot('deploy', build.context, build.dockerfile))).toBe(true)
  }
})

test('each starts when what it needs is ready, comes back by itself, and has the time to end in order', () => {
  const conditions = Object.values(services).flatMap(({ depends_on: needs = {} }) =>
    Object.entries(needs),
  )
  for (const [name, { condition }] of conditions)
    expect([name, condition]).toEqual([
      name,
      name === 'migrate' ? 'service_completed_successfully' : 'service_healthy',
    ])
  for (const [name, service] of instances) {
    expect(Object.keys(gateway.depends_on ?? {})).toContain(name)
    expect(Object.keys(service.depends_on ?? {})).toContain('migrate')
    expect(service.stop_grace_period).toBe('15s')
  }
  const once = Object.entries(services).filter(([, { restart }]) => restart !== 'unless-stopped')
  expect(once.map(([name]) => name)).toEqual(['migrate'])
})
