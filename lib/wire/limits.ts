const KIB = 1024
const MIB = 1024 * KIB

/**
 * How much of the wire there is at most, so that no stranger can fill the memory of the process.
 * A network is an IPv4 address, or the /48 of an IPv6 one: a class behind one address has room.
 */
export const LIMITS = {
  /** Of one browser. */
  streams: 5,
  steps: 600,
  bytes: 512 * KIB,
  /** Of one network. */
  network: { channels: 200, streams: 300, bytes: 16 * MIB },
  /** In all. */
  all: { channels: 2_000, streams: 3_000, bytes: 48 * MIB },
}
