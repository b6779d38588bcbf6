import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long a browser keeps its channel, in seconds. */
export const WIRE_COOKIE_SECONDS = 30 * 24 * 60 * 60

/** The keys of ids: the map's own one makes them, and those it inherits recognise theirs. */
export type ChannelKeys = Record<string, string>

const SHAPE = /^([\w-]{8})\.[\w-]{22}\.[\w-]{22}$/

const macOf = (key: string, named: string): string =>
  createHmac('sha256', key).update(named).digest().subarray(0, 16).toString('base64url')

/**
 * The value of the cookie `__Host-wire`: `<browser>.<128 random bits>.<MAC>`. Whoever has it can
 * watch. The first part stays when a browser is given another id, so that a balancer that goes by
 * it sends the browser where it was.
 */
export function createChannelId(
  keys: ChannelKeys,
  browser = randomBytes(6).toString('base64url'),
): string {
  const named = `${browser}.${randomBytes(16).toString('base64url')}`
  return `${named}.${macOf(Object.values(keys)[0] ?? '', named)}`
}

/** Another id for the same browser: who knows the one before cannot tell this one. */
export const renewChannelId = (keys: ChannelKeys, id: string): string =>
  createChannelId(keys, id.slice(0, 8))

/** Whether this server made an id, with any of its keys: a stranger's own make no channel. */
export function isChannelId(keys: ChannelKeys, value: string | undefined): value is string {
  if (value === undefined || !SHAPE.test(value)) return false
  const named = value.slice(0, 31)
  const mac = Buffer.from(value.slice(32))
  let isOurs = false
  // Inherited keys count too: they are of the secrets before the newest.
  for (const name in keys)
    if (timingSafeEqual(mac, Buffer.from(macOf(keys[name] ?? '', named)))) isOurs = true
  return isOurs
}

const PAIRING_CODE = /^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$/
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * The code a terminal joins with. Made from the channel's id one way only: it lets one be seen, not
 * watch.
 */
export function pairingCodeOf(channelId: string): string {
  const bytes = createHash('sha256').update(`pairing:${channelId}`).digest()
  const letters = [...bytes.subarray(0, 12)].map(byte => BASE32[byte % 32]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`
}

export const isPairingCode = (value: string): boolean => PAIRING_CODE.test(value)
