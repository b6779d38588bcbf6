import { isIPv6 } from 'node:net'

/**
 * The networks an address counts as, from narrow to wide. An IPv4 address is its own. An IPv6
 * address counts as its /64, since one subscriber has all of it, and as its /48, since a site has
 * that (RFC 6177, section 2). IPv4 carried in IPv6 (RFC 4291, section 2.5.5.2) is IPv4: else all of
 * it would be one network. What is no address, such as `unknown`, counts as itself.
 */
export function networksOf(address: string): string[] {
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) return [address]
  const groups = groupsOf(plain)
  const isCarried = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  if (isCarried)
    return [
      groups
        .slice(6)
        .flatMap(group => [group >> 8, group & 0xff])
        .join('.'),
    ]
  return [4, 3].map(count => {
    const prefix = groups.slice(0, count).map(group => group.toString(16))
    return `${prefix.join(':')}::/${count * 16}`
  })
}

/** The eight groups of an IPv6 address that is one. */
function groupsOf(address: string): number[] {
  // A URL spells it in one way: hexadecimal alone, lower case, `::` for the longest run of zeros.
  const spelled = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [left = [], right = []] = spelled.split('::').map(part => part.split(':').filter(Boolean))
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map(group => Number.parseInt(group, 16))
}
