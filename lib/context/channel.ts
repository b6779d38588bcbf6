import { COOKIES, type Cookies } from '../http/cookies.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { isChannelId, isPairingCode, pairingCodeOf } from '../wire/channel-id.ts'
import type { Channel } from '../wire/trace.ts'
import type { Known } from './context.ts'

/** What of the app a channel is made with. */
type Parts = {
  config: { wire: boolean }
  passwordsFor: Record<'wire', Record<string, string>>
  bus: { channel(code: string): Channel }
  /** The pairing codes of ids that this server made. */
  knownChannels: Known<string>
}

/** The channel this browser brings, if this server made it; null also where there is no wire. */
export function channelIdOf(
  app: Pick<Parts, 'config' | 'passwordsFor'>,
  cookies: Cookies,
): string | null {
  const channelId = cookies.get(COOKIES.wire)
  return app.config.wire && isChannelId(app.passwordsFor.wire, channelId) ? channelId : null
}

/**
 * The steps of a request go to the browser that made it, or to the one whose pairing code a
 * terminal names.
 */
export function channelOf(app: Parts, headers: Headers, cookies: Cookies): Result<Channel | null> {
  const code = headers.get('wire-channel')
  if (code !== null) {
    // A terminal is seen, and stays a terminal: whom it signs in as is not who uses the browser.
    if (!isPairingCode(code)) return refuse('invalid_wire_channel')
    return accept(
      app.config.wire ? { ...app.bus.channel(code), isOwn: false, attach: () => undefined } : null,
    )
  }
  const pairingCode = codeOf(app, cookies)
  return accept(pairingCode === null ? null : app.bus.channel(pairingCode))
}

/** The pairing code of the channel this browser brings; worked out once for each id. */
function codeOf(app: Parts, cookies: Cookies): string | null {
  const sent = cookies.get(COOKIES.wire)
  const known = sent && app.knownChannels.get(sent)
  if (known) return known
  const channelId = channelIdOf(app, cookies)
  if (channelId === null) return null
  const code = pairingCodeOf(channelId)
  app.knownChannels.set(channelId, code)
  return code
}
