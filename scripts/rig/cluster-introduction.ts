import type { Options } from '../lib/cluster-options.mjs'
import type { Cluster } from './cluster.ts'

type Told = {
  cluster: Cluster
  notes: string[]
  options: Options
  port: number
  isDemo: boolean
  logs: string
}
type Line = [name: string, text: string]

const SHARING = { 'round-robin': 'in turn', sticky: 'each browser stays with one instance' }

/**
 * What people are told of a running cluster: what to open, whom to sign in as, who is behind it,
 * and what to try.
 */
export function toIntroduction({ cluster, notes, options, port, isDemo, logs }: Told): string {
  const lines: Line[] = [
    ['Open', `http://localhost:${port}`],
    ...(isDemo ? SIGN_IN : []),
    ...cluster.instances.map(
      ({ name, address, pid }, index): Line => [
        index === 0 ? 'Instances' : '',
        `${name}  http://localhost:${address.split(':')[1]}  pid ${pid()}`,
      ],
    ),
    ['Balance', `${options.balance}: ${SHARING[options.balance]}`],
    ['Sessions', STORES[options.store]],
    ...notes.map((note, index): Line => [index === 0 ? 'Shared' : '', note]),
    ['Logs', logs],
    ['Try', 'kill app-2, then restart app-2: type it here (or kill the pid)'],
    ['', `rolling: restarts all, one after the other (or: kill -USR2 ${process.pid})`],
    ['Stop', 'Ctrl-C'],
  ]
  return lines.map(([name, text]) => `  ${name.padEnd(10)} ${text}`).join('\n')
}

const SIGN_IN: Line[] = [
  ['Sign in', 'reader@demo.example, editor@demo.example or admin@demo.example'],
  ['', 'with the password  demo: watch the wire'],
]

const STORES = {
  database: 'in the database, which all instances share',
  memory: 'in the memory of the instance that made them: no other knows them',
  redis: 'in Redis, which all instances share',
  memcached: 'in Memcached, which all instances share',
}
