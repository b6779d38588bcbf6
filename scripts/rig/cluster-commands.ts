import { createInterface } from 'node:readline'
import { Stop } from '../lib/stop.mjs'
import type { Cluster } from './cluster.ts'

export const COMMANDS = 'Say `kill app-2`, `restart app-2` or `rolling`.'

type Tell = (line: string) => void

/**
 * Takes what to do with a running cluster: from lines on stdin, and a rolling restart by SIGUSR2
 * too. One thing at a time, in the order asked for; what went wrong is said, and the cluster goes
 * on.
 */
export function takeCommands(cluster: Cluster, tell: Tell): void {
  let last: Promise<void> = Promise.resolve()
  const take = (line: string) => {
    last = last.then(() => obey(cluster, line, tell)).catch(error => explain(error, tell))
  }
  createInterface({ input: process.stdin }).on('line', line => line.trim() && take(line.trim()))
  process.on('SIGUSR2', () => take('rolling'))
}

async function obey(cluster: Cluster, line: string, tell: Tell): Promise<void> {
  const [action, name, ...rest] = line.split(/\s+/)
  if (line === 'rolling') {
    await cluster.rolling(name => tell(`${name} is restarted …`))
    return tell('All were restarted, one after the other.')
  }
  if (!name || rest.length > 0 || !['kill', 'restart'].includes(action ?? ''))
    throw new Stop(COMMANDS)
  const instance = cluster.find(name)
  if (action === 'kill') {
    await instance.kill()
    return tell(`${name} was killed. It comes back with: restart ${name}`)
  }
  tell(`${name} is restarted …`)
  await cluster.restart(name)
  tell(`${name} takes part again, pid ${instance.pid()}.`)
}

function explain(error: unknown, tell: Tell): void {
  if (!(error instanceof Stop)) throw error
  tell(error.message)
}
