import { expect, test } from 'vitest'
import { readConfiguration } from '../../../services/reports/configuration.ts'

test('needs nothing: the app and the service find each other on this machine', () => {
  expect(readConfiguration({} as NodeJS.ProcessEnv)).toEqual({
    jwksUrl: new URL('http://localhost:3000/.well-known/jwks.json'),
    issuer: 'authscope',
    audience: 'authscope-reports',
    hosts: ['127.0.0.1', '::1'],
    port: 3100,
    origins: ['http://localhost:3000'],
  })
})

test('reached from elsewhere, it lets no page in that it was not told of', () => {
  const environment = { REPORTS_HOST: '0.0.0.0' } as unknown as NodeJS.ProcessEnv
  expect(readConfiguration(environment)).toMatchObject({ hosts: ['0.0.0.0'], origins: [] })
  expect(
    readConfiguration({ ...environment, REPORTS_ORIGINS: 'https://a.example, https://b.example' })
      .origins,
  ).toEqual(['https://a.example', 'https://b.example'])
})

test.each([
  [
    'REPORTS_JWKS_URL',
    ['', 'localhost:8080/keys', 'file:///etc/keys.json', 'data:application/json,{}', '/keys'],
  ],
  ['REPORTS_JWKS_URL', ['http://user:secret@localhost/keys']],
  ['REPORTS_ISSUER', ['']],
  ['REPORTS_AUDIENCE', ['']],
  ['REPORTS_HOST', ['']],
  ['REPORTS_PORT', ['', '-1', '65536', '3100x', '1e3']],
  [
    'REPORTS_ORIGINS',
    ['*', 'null', 'http://localhost:8080/', 'localhost:8080', 'https://a.example,*'],
  ],
])('%s: each fault is one sentence that names it and not its value', (name, values) => {
  for (const value of values) {
    const read = () => readConfiguration({ [name]: value } as unknown as NodeJS.ProcessEnv)
    expect(read).toThrow(new RegExp(`^${name} cannot be used: [^\n]+\\.$`))
    if (value.length > 5) expect(read).not.toThrow(value)
  }
})

test('several faults are several sentences', () => {
  const environment = { REPORTS_PORT: 'x', REPORTS_ORIGINS: '*' } as unknown as NodeJS.ProcessEnv
  expect(() => readConfiguration(environment)).toThrow(
    /^REPORTS_PORT [^\n]+\nREPORTS_ORIGINS [^\n]+$/,
  )
})
