import type { App } from '../app.ts'
import { channelIdOf } from '../context/channel.ts'
import type { Context } from '../context/context.ts'
import { COOKIES, setCookie } from '../http/cookies.ts'
import { pairingCodeOf, renewChannelId, WIRE_COOKIE_SECONDS } from '../wire/channel-id.ts'
import type { SignIn } from '../wire/trace.ts'

// What was told of one person never reaches the next at the same browser: where the person goes or
// another comes, the channel is emptied, and the browser is given another one with the answer.

/**
 * Somebody has signed in at this browser. Where somebody else was before, the channel is left to
 * them.
 */
export function takeOver(c: Context<App>, signIn: SignIn): void {
  const before = c.channel?.accountId() ?? null
  const next = before !== null && before !== signIn.accountId ? leaveBrowser(c, true) : null
  const channel = next === null ? c.channel : c.app.bus.channel(next)
  channel?.attach(signIn)
}

/**
 * The person at this browser is gone: `wasSomebody` says whether a sign-in was ended. Nothing
 * happens where nobody was, for a terminal that is only seen here, nor for the second of two
 * requests that were under way together: its answer must not take the place of the first one's.
 * Returns the code of the other channel.
 */
export function leaveBrowser(c: Context<App>, wasSomebody: boolean): string | null {
  const id = channelIdOf(c.app, c.cookies)
  if (!c.channel?.isOwn || id === null || c.channel.hasMoved()) return null
  if (!wasSomebody && c.channel.accountId() === null) return null
  const next = renewChannelId(c.app.passwordsFor.wire, id)
  // No step of its own: it belongs to the wire, and to neither way of signing in. The answer shows
  // it.
  c.cookiesOut.push(setCookie(COOKIES.wire, next, WIRE_COOKIE_SECONDS))
  const code = pairingCodeOf(next)
  c.channel.move(code)
  return code
}
