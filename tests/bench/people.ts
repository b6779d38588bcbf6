import { createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import { PASSWORD } from '../fixtures/process.ts'
import { overHttp } from './client.ts'
import type { Place } from './places.ts'

export type Person = { email: string; address: string }

/** So many people with accounts of their own, each at the address that is named. */
export const crowd = (name: string, count: number, address: (at: number) => string): Person[] =>
  Array.from({ length: count }, (_, at) => ({
    email: `${name}-${at}@bench.example`,
    address: address(at),
  }))

/** Makes accounts with one password and so one hash: what is measured begins when they sign in. */
export async function createAccounts({ environment }: Place, people: Person[]): Promise<void> {
  const app = createApp(readConfig(environment as unknown as NodeJS.ProcessEnv))
  const hashed = await app.passwords.hash(PASSWORD)
  if (!hashed.ok) throw new Error(hashed.reason)
  const [role, passwordHash, now] = ['reader' as const, hashed.value, app.clock.now()]
  for (const { email } of people)
    await app.accounts.create({ email, name: 'Crowd', role, passwordHash, now })
  await app.close()
}

export type Tried = { status: number; seconds: number }

/** Somebody at a browser of their own. */
export function somebody(origin: string, { email, address }: Person) {
  const client = overHttp(origin)
  const headers = { 'x-forwarded-for': address }
  return {
    close: client.close,
    async signIn(mode: 'session' | 'token'): Promise<Tried> {
      const started = performance.now()
      const body = { email, password: PASSWORD }
      const { status } = await client.send(`/api/${mode}/sign-in`, {
        method: 'POST',
        body,
        headers,
      })
      return { status, seconds: (performance.now() - started) / 1000 }
    },
  }
}
