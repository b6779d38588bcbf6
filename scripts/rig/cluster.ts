import path from 'node:path'
import { Stop } from '../lib/stop.mjs'
import { BALANCING, type Balance, writeGateway } from './gateway.ts'
import { createInstance, type Environment, type Instance } from './instance.ts'
import { startNginx } from './nginx.ts'
import { freePort, type Server } from './server.ts'

const BACK_MILLISECONDS = 20_000
const BETWEEN_MILLISECONDS = 50
/** Nobody is there: what is behind /legacy/ is for a deployment to say. */
const NO_SERVICE = '127.0.0.1:1'

/**
 * What each instance is told beside its name and its port: that only the gateway on this machine
 * speaks for others, and that the machine's own names are the only ones (a gateway in front would
 * else open them to a page that points its own name here).
 */
const AROUND = {
  AUTHSCOPE_TRUSTED_PROXIES: '127.0.0.1',
  AUTHSCOPE_HOSTS: 'localhost,127.0.0.1,[::1]',
}

export type Cluster = {
  /** The gateway's. */
  origin: string
  instances: Instance[]
  find(name: string): Instance
  /** Ends an instance in order and starts it anew, until the gateway sends it requests again. */
  restart(name: string): Promise<void>
  /** Restarts one after the other, each only when the one before takes part again. */
  rolling(tell?: (name: string) => void): Promise<void>
  /** Ends everything: first the gateway, so that nothing new arrives, then the instances. */
  stop(): Promise<void>
}

type Options = {
  /** What the app is configured by, the same for all. */
  environment: Environment
  instances?: number
  balance?: Balance | undefined
  hosts?: string[]
  port?: number
  /** The folder their logs go to. */
  logs: string
  onDeath?: (name: string, how: string) => void
}

/**
 * Starts instances of the built app and nginx in front of them, with the configuration of
 * deploy/nginx. Everything ends with this process, however it ended.
 */
export async function startCluster({
  environment,
  instances: count = 3,
  balance = 'round-robin',
  hosts = ['127.0.0.1'],
  port,
  logs,
  onDeath = () => undefined,
}: Options): Promise<Cluster> {
  const instances: Instance[] = []
  for (let number = 1; number <= count; number += 1) {
    const name = `app-${number}`
    const log = path.join(logs, `${name}.log`)
    const own = {
      name,
      port: await freePort(),
      environment: { ...environment, ...AROUND },
      log,
      onDeath,
    }
    instances.push(createInstance(own))
  }
  const end = () => Promise.all(instances.map(instance => instance.down()))
  try {
    await Promise.all(instances.map(instance => instance.up()))
    const app = instances.map(({ address }) => address)
    const configure = ({ port, folder }: { port: number; folder: string }) =>
      writeGateway(folder, {
        listen: hosts.map(host => `${host.includes(':') ? `[${host}]` : host}:${port}`),
        app,
        legacy: [NO_SERVICE],
        balancing: BALANCING[balance],
      })
    const gateway = await startNginx(configure, { port })
    return toCluster(instances, gateway)
  } catch (error) {
    await end()
    throw error
  }
}

function toCluster(instances: Instance[], gateway: Server): Cluster {
  const origin = gateway.url

  function find(name: string): Instance {
    const found = instances.find(instance => instance.name === name)
    if (found) return found
    throw new Stop(
      `There is no ${name}: the instances are ${instances.map(({ name }) => name).join(', ')}.`,
    )
  }

  async function restart(name: string): Promise<void> {
    const instance = find(name)
    await instance.down()
    await instance.up()
    await untilTakenIn(origin, name)
  }

  return {
    origin,
    instances,
    find,
    restart,
    async rolling(tell = () => undefined) {
      for (const { name } of instances) {
        tell(name)
        await restart(name)
      }
    },
    async stop() {
      await gateway.stop()
      await Promise.all(instances.map(instance => instance.down()))
    },
  }
}

/**
 * Waits until the gateway was answered by this instance: it leaves alone for a while what has
 * failed it.
 */
async function untilTakenIn(origin: string, name: string): Promise<void> {
  const deadline = performance.now() + BACK_MILLISECONDS
  while (performance.now() < deadline) {
    if ((await whoAnswers(origin)) === name) return
    await new Promise(resolve => setTimeout(resolve, BETWEEN_MILLISECONDS))
  }
  throw new Stop(`${name} is ready, and the gateway does not send it requests.`)
}

/**
 * The instance that a new browser is sent to: each has another channel, by which `sticky` chooses.
 */
async function whoAnswers(origin: string): Promise<string | null | undefined> {
  const Cookie = `__Host-wire=${crypto.randomUUID()}`
  const answer = await fetch(`${origin}/api/health/live`, { headers: { Cookie } }).catch(() => null)
  await answer?.body?.cancel()
  return answer?.headers.get('authscope-instance')
}
