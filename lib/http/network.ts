import { isIPv6 } from 'node:net'

/**
 * The networks an address belongs to, narrow to wide: an IPv4 address is its own; of IPv6 one subscriber has a /64, and one site a /48.
 * What is no address stands for itself.
 */
export function networksOf(address: string): string[] {
  if (!isIPv6(address)) return [address]
  // IPv4 carried in IPv6 is IPv4: else all of it would be one network.
  const carried = /^(?:0*:)+ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (carried) return [carried]
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const gap = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = (tail === undefined ? left : [...left, ...gap, ...right]).map(group =>
    Number.parseInt(group, 16).toString(16),
  )
  return [`${groups.slice(0, 4).join(':')}::/64`, `${groups.slice(0, 3).join(':')}::/48`]
}
