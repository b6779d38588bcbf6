import { strategies } from '../auth/mechanism.ts'
import type { Exchange } from '../context/context.ts'
import { sendCookie } from '../context/set-cookie.ts'
import { COOKIES } from '../http/cookies.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { SETTINGS_COOKIE_SECONDS, sealSettings } from '../settings/cookie.ts'
import { type Settings, settingsPatch } from '../settings/settings.ts'
import { leaveBrowser } from './wire-owner.ts'

/**
 * The language a browser is answered in: what it chose, else Korean where its first wish is Korean,
 * else English.
 */
export const languageOf = (settings: Settings, acceptLanguage: string | null): 'en' | 'ko' =>
  settings.language ?? (/^\s*ko\b/i.test(acceptLanguage ?? '') ? 'ko' : 'en')

/** This browser's settings, as `GET /api/settings` tells them. */
export const showSettings = (x: Exchange, settings: Settings = x.settings) => ({
  settings: {
    ...settings,
    language: languageOf(settings, x.request.headers.get('accept-language')),
  },
  demo: x.app.config.demo,
})

/**
 * `PATCH /api/settings`. What exists only in demo mode is refused by `changeSettings`, which knows
 * the mode.
 */
export const SettingsPatch = settingsPatch({ demo: true, algorithm: 'ES256' })

/**
 * What came of a change: the settings now, and, of another mode, whether it ended a sign-in of the
 * one left behind.
 */
type Changed = { settings: Settings; signInEnded: boolean | undefined }

/**
 * Changes some of this browser's settings and seals them into its cookie. Another mode ends the
 * credential of the mode left behind, on the server too.
 */
export async function changeSettings(
  x: Exchange,
  patch: Partial<Settings>,
): Promise<Result<Changed>> {
  // Settings are a cookie, and a page of another origin has none of ours: a browser that is new
  // here is not its to set up.
  if (!x.mayRenew) return refuse('cross_site_request')
  const weakening = settingsPatch(x.app.config).safeParse(patch)
  if (!weakening.success) {
    const errors = weakening.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      code: 'demo_only',
      message,
    }))
    return refuse('invalid_input', { errors })
  }
  const left = patch.mode && patch.mode !== x.settings.mode ? x.settings.mode : null
  let signInEnded: boolean | undefined
  if (left) {
    const revoked = await strategies[left].revoke(x)
    const credentialEnded = revoked.ok && revoked.value
    strategies[left].clear(x)
    leaveBrowser(x, credentialEnded)
    x.trace.tell('mode.left', () => ({ mode: left, credentialEnded }))
    signInEnded = credentialEnded
  }
  const settings = { ...x.settings, ...patch }
  x.trace.tell('settings.changed', () => ({ changed: Object.keys(patch) }))
  sendCookie(
    x,
    COOKIES.settings,
    await sealSettings(settings, x.app.passwordsFor.settings),
    SETTINGS_COOKIE_SECONDS,
  )
  return accept({ settings, signInEnded })
}
