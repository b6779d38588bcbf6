/** One instance of the app, at an address that it keeps. */
export type Instance = {
  name: string
  origin: string
  address: string
  /** Null while it does not run. */
  pid(): number | null
  /** Starts it, unless it runs, and waits until it is ready. */
  up(): Promise<void>
  /** Ends it in order. */
  down(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

export type Cluster = {
  /** The gateway's. */
  origin: string
  instances: Instance[]
  find(name: string): Instance
  /**
   * Ends an instance in order and starts it anew. Done when the gateway sends it requests again.
   */
  restart(name: string): Promise<void>
  /** Restarts one after the other, each only when the one before takes part again. */
  rolling(tell?: (name: string) => void): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts instances of the built app and nginx in front of them. Everything ends with this process,
 * however it ended.
 */
export function startCluster(options: {
  environment: Record<string, string>
  instances?: number
  balance?: 'round-robin' | 'sticky'
  hosts?: string[]
  port?: number
  logs: string
  onDeath?: (name: string, how: string) => void
}): Promise<Cluster>
