/** What a server of this project grants a connection, in milliseconds and bytes. */
export const LIMITS = {
  headersTimeout: 10_000,
  // For a request to arrive in full; an answer, such as an event stream, may take as long as it
  // needs.
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Longer than a balancer keeps its idle connections, so that it never sends on one that is just
  // being closed here.
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
}
