import { startProcess } from '../fixtures/process.ts'
import { overHttp } from './client.ts'
import { type Credential, credentialFor } from './credentials.ts'
import type { Place } from './places.ts'
import { table, whole } from './tables.ts'
import { variantOf } from './variants.ts'

const IDS = [
  'session-sqlite-verify',
  ...['hs256', 'rs256', 'es256', 'eddsa'].map(name => `token-${name}-sqlite-verify`),
]

/** Bytes of a request as it leaves the client, and of the credential in it. */
export type Sent = { name: string; bytes: number; credential: number }

/** What a request weighs: on the wire the credential is what differs. */
export async function measureBytes(place: Place): Promise<Sent[]> {
  const app = await startProcess(place.environment)
  const client = overHttp(app.origin)
  try {
    const weigh = async (name: string, headers: Credential): Promise<Sent> => {
      const before = client.bytesSent()
      await client.send('/api/verify', { headers })
      // `name: value` and the end of the line.
      const lines = Object.entries(headers).map(([name, value]) => name.length + value.length + 4)
      return { name, bytes: client.bytesSent() - before, credential: lines[0] ?? 0 }
    }
    const all = [await weigh('no credential', {})]
    for (const variant of IDS.map(variantOf)) {
      const name = variant.token ? `token ${variant.token.algorithm}` : 'session'
      all.push(await weigh(name, await credentialFor(app.origin, variant)))
    }
    return all
  } finally {
    client.close()
    await app.kill()
  }
}

export const bytesTable = (all: Sent[]): string =>
  table(
    'Bytes of a request as it is sent, and of the credential in it',
    ['bytes', 'request', 'credential'],
    all.map(({ name, bytes, credential }) => [name, whole(bytes), whole(credential)]),
  )
