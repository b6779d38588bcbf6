import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { root } from '../../scripts/lib/paths.mjs'
import { Stop } from '../../scripts/lib/stop.mjs'
import { startProcess } from '../fixtures/process.ts'
import { credentialFor } from './credentials.ts'
import { load, type Target } from './load.ts'
import { type Profile, sharesOf } from './parts.ts'
import { openPlaces } from './places.ts'
import { BARE } from './requests.ts'
import { table } from './tables.ts'
import { VARIANTS, type Variant } from './variants.ts'

const PROJECT = `${pathToFileURL(root).href}/`
const CONNECTIONS = 16
const [WARM, SECONDS] = [5, 10]
const INTERVAL_MICROSECONDS = 500

/**
 * Where the main thread of the server spends its time under the load of one kind of request: by
 * part, as a table, and the profile itself as a file.
 */
export async function profile(id: string, say: (what: string) => void): Promise<void> {
  const variant = VARIANTS.find(one => one.id === id)
  if (!variant && id !== 'bare')
    throw new Stop(
      `--profile knows no "${id}": choose one of bare, ${VARIANTS.map(one => one.id).join(', ')}.`,
    )
  const { places, close } = await openPlaces()
  try {
    const place = places.find(({ kind }) => kind === (variant?.kind ?? 'sqlite'))
    if (!place) throw new Stop(`The store of ${id} is not installed: install it, then retry.`)
    const app = await startProcess({ ...place.environment, NODE_OPTIONS: '--inspect=127.0.0.1:0' })
    try {
      const target = await targetOf(app.origin, variant)
      say(`${id}: ${WARM + SECONDS} s under load`)
      await load(target, CONNECTIONS, WARM)
      const address = /ws:\/\/\S+/.exec(app.output.text)?.[0] ?? ''
      const { profile, perSecond } = await record(address, target)
      const file = join(mkdtempSync(join(tmpdir(), 'authscope-profile-')), `${id}.cpuprofile`)
      writeFileSync(file, JSON.stringify(profile))
      const shares = sharesOf(profile, createFileOf())
      const rows = shares.map(({ part, share }) => [part, `${(share * 100).toFixed(1)} %`])
      console.log(
        table(
          `${id}: where the main thread was busy, at ${Math.round(perSecond)} a second`,
          ['part', 'share'],
          rows,
        ),
      )
      console.log(`\n${file}`)
    } finally {
      await app.kill()
    }
  } finally {
    await close()
  }
}

async function targetOf(origin: string, variant: Variant | undefined): Promise<Target> {
  if (!variant) return { origin, path: BARE, headers: {} }
  return { origin, path: variant.route, headers: await credentialFor(origin, variant) }
}

/** Samples the main thread while the load goes on. */
async function record(address: string, target: Target) {
  const socket = new WebSocket(address)
  await once(socket, 'open')
  let asked = 0
  const ask = async (method: string, params = {}) => {
    asked += 1
    const id = asked
    const answered = new Promise<{ profile: Profile }>(resolve => {
      socket.addEventListener('message', ({ data }) => {
        const answer = JSON.parse(data)
        if (answer.id === id) resolve(answer.result)
      })
    })
    socket.send(JSON.stringify({ id, method, params }))
    return answered
  }
  await ask('Profiler.enable')
  await ask('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS })
  await ask('Profiler.start')
  const { perSecond } = await load(target, CONNECTIONS, SECONDS)
  const { profile } = await ask('Profiler.stop')
  socket.close()
  return { profile, perSecond }
}

/** Where the code of a frame comes from: the source it was built of, else its own file. */
function createFileOf() {
  const maps = new Map<string, SourceMap | null>()
  const mapOf = (url: string): SourceMap | null => {
    if (!url.includes('.next')) return null
    const file = `${url.startsWith('file:') ? fileURLToPath(url) : url}.map`
    return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : null
  }
  return ({ url, lineNumber, columnNumber }: Profile['nodes'][number]['callFrame']): string => {
    const map = maps.get(url) ?? mapOf(url)
    maps.set(url, map)
    const entry = map?.findEntry(lineNumber, columnNumber)
    return entry && 'originalSource' in entry ? entry.originalSource : url.replace(PROJECT, '')
  }
}
