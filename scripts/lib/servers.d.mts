/** The servers that tests start. */
export type ServerKind = 'postgresql' | 'redis' | 'memcached' | 'nginx'

/** A server that was started here, on a loopback port of its own. */
export type Server = {
  url: string
  /** Its processes stand still: connections stay open and nothing is answered. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** It ends in order; what it keeps on disk stays. */
  down(): Promise<void>
  /** It starts again, at the same address. */
  up(): Promise<void>
  /** It ends for good. */
  stop(): Promise<void>
}

/** The path of a server's program, or null when it is not where such programs usually are. */
export function locate(kind: ServerKind): string | null

/**
 * Finds the servers that tests start; as root on Debian, installs those that are not there. Returns
 * a note if some still are not.
 */
export function findServers(): Promise<string | undefined>

/** A loopback port that nobody listens on. */
export function freePort(): Promise<number>

/**
 * Starts a PostgreSQL of its own. `url` leads to an empty database, gone with the server, or with a
 * folder to the one kept there.
 */
export function startPostgresql(options?: { folder?: string }): Promise<Server>

/**
 * Starts a Redis of its own, which keeps nothing on disk but what it is told to save, and is
 * stopped as `kill -9` would: as it was then.
 */
export function startRedis(): Promise<Server>

/**
 * Starts a Memcached of its own, of `megabytes`: when they are full, it forgets what was not used
 * for longest.
 */
export function startMemcached(options?: { megabytes?: number }): Promise<Server>

/**
 * Starts an nginx of its own. `configure` writes its configuration, which must listen on the port;
 * returns the file to start with.
 */
export function startNginx(
  configure: (place: { port: number; folder: string }) => string,
  options?: { port?: number },
): Promise<Server>
