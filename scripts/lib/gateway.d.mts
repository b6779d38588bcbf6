/**
 * What `GATEWAY_APP_BALANCING` is for each way of sharing requests out: in turn, or each browser
 * with one instance.
 */
export const BALANCING: Record<'round-robin' | 'sticky', string>

/** What `GATEWAY_APP_SERVERS` is for instances at these addresses, each as `host:port`. */
export function toAppServers(app: string[]): string

/**
 * Writes nginx's configuration into a folder, with the values put in; returns the file to start
 * nginx with.
 */
export function writeGateway(
  folder: string,
  addresses: { listen: string | string[]; app: string[]; legacy: string[]; balancing?: string },
): string
