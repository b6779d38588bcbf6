import { expect, test } from 'vitest'
import { networksOf } from '../../../lib/http/network.ts'

test.each([
  ['192.0.2.1', ['192.0.2.1']],
  ['unknown', ['unknown']],
  ['', ['']],
  ['2001:db8:1:2:3:4:5:6', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:db8:1:2::', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:0DB8:0001:0002::9', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:db8::1', ['2001:db8:0:0::/64', '2001:db8:0::/48']],
  ['2001:db8:0:0:1::', ['2001:db8:0:0::/64', '2001:db8:0::/48']],
  ['2001:0:0:1::', ['2001:0:0:1::/64', '2001:0:0::/48']],
  ['::1', ['0:0:0:0::/64', '0:0:0::/48']],
  ['::', ['0:0:0:0::/64', '0:0:0::/48']],
  ['1::8', ['1:0:0:0::/64', '1:0:0::/48']],
  ['fe80::1%eth0', ['fe80:0:0:0::/64', 'fe80:0:0::/48']],
  ['2001:db8::192.0.2.1', ['2001:db8:0:0::/64', '2001:db8:0::/48']],
  ['::ffff:192.0.2.1', ['192.0.2.1']],
  ['::FFFF:192.0.2.255', ['192.0.2.255']],
  ['::ffff:c000:201', ['192.0.2.1']],
  ['0:0:0:0:0:ffff:192.0.2.1', ['192.0.2.1']],
  ['::ffff:0:192.0.2.1', ['0:0:0:0::/64', '0:0:0::/48']],
])('%s counts as %j, from narrow to wide', (address, networks) => {
  expect(networksOf(address)).toEqual(networks)
})

test('two addresses of one /64 are of one /48, and one spelling of an address is as good as another', () => {
  const spellings = ['2001:db8:0:7::1', '2001:0db8:0000:0007:0:0:0:1', '2001:DB8::7:0:0:0:1']
  for (const spelling of spellings)
    expect(networksOf(spelling)).toEqual(networksOf('2001:db8:0:7::2'))
  const [one, other] = ['2001:db8:5:1::1', '2001:db8:5:2::1'].map(networksOf)
  expect(one?.[0]).not.toBe(other?.[0])
  expect(one?.[1]).toBe(other?.[1])
})
