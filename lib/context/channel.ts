import { COOKIES, type Cookies } from '../http/cookies.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Bus } from '../wire/bus.ts'
import { type ChannelKeys, isChannelId, isPairingCode, pairingCodeOf } from '../wire/channel-id.ts'
import type { Channel } from '../wire/trace.ts'

type Parts = { config: { wire: boolean }; passwordsFor: { wire: ChannelKeys } }

/** The channel this browser brings, if this server made it; null also where there is no wire. */
export function channelIdOf({ config, passwordsFor }: Parts, cookies: Cookies): string | null {
  const channelId = cookies.get(COOKIES.wire)
  return config.wire && isChannelId(passwordsFor.wire, channelId) ? channelId : null
}

/**
 * The steps of a request go to the browser that made it, or to the one whose pairing code a
 * terminal names.
 */
export function channelOf(
  app: Parts & { bus: Bus },
  headers: Headers,
  cookies: Cookies,
): Result<Channel | null> {
  const code = headers.get('wire-channel')
  if (code !== null) {
    // A terminal is seen, and stays a terminal: whom it signs in as is not who uses the browser.
    if (!isPairingCode(code)) return refuse('invalid_wire_channel')
    return accept(
      app.config.wire ? { ...app.bus.channel(code), isOwn: false, attach: () => undefined } : null,
    )
  }
  const channelId = channelIdOf(app, cookies)
  return accept(channelId === null ? null : app.bus.channel(pairingCodeOf(channelId)))
}
