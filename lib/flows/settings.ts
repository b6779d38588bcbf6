import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { Context } from '../context/context.ts'
import { sendCookie } from '../context/set-cookie.ts'
import { COOKIES } from '../http/cookies.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { SETTINGS_COOKIE_SECONDS, sealSettings } from '../settings/cookie.ts'
import { settingsPatch } from '../settings/schema.ts'
import type { Settings } from '../settings/settings.ts'
import { leaveBrowser } from './wire-owner.ts'

/**
 * The language a browser is answered in: what it chose, else Korean where its first wish is Korean,
 * else English.
 */
export const languageOf = (settings: Settings, acceptLanguage: string | null): 'en' | 'ko' =>
  settings.language ?? (/^\s*ko\b/i.test(acceptLanguage ?? '') ? 'ko' : 'en')

/** This browser's settings, as `GET /api/settings` tells them. */
export const showSettings = (c: Context<App>, settings: Settings) => ({
  settings: {
    ...settings,
    language: languageOf(settings, c.request.headers.get('accept-language')),
  },
  demo: c.app.config.demo,
})

/**
 * `PATCH /api/settings`. What exists only in demo mode is refused by `changeSettings`, which knows
 * the mode.
 */
export const SettingsPatch = settingsPatch({ demo: true, algorithm: 'ES256' })

/**
 * Changes some of this browser's settings and seals them into its cookie. Another mode ends the
 * credential of the mode left behind, on the server too: `signInEnded` says whether there was one.
 */
export async function changeSettings(
  c: Context<App>,
  patch: Partial<Settings>,
): Promise<Result<ReturnType<typeof showSettings> & { signInEnded: boolean | undefined }>> {
  // Settings are a cookie, and a page of another origin has none of ours: a browser that is new
  // here is not its to set up.
  if (!c.mayRenew) return refuse('cross_site_request')
  const weakening = settingsPatch(c.app.config).safeParse(patch)
  if (!weakening.success) {
    const errors = weakening.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      code: 'demo_only',
      message,
    }))
    return refuse('invalid_input', { errors })
  }
  const before = await c.settings()
  const left = patch.mode && patch.mode !== before.mode ? before.mode : null
  let signInEnded: boolean | undefined
  if (left) {
    const revoked = await mechanisms[left].revoke(c)
    const credentialEnded = revoked.ok && revoked.value
    mechanisms[left].clear(c)
    leaveBrowser(c, credentialEnded)
    c.trace.tell('mode.left', () => ({ mode: left, credentialEnded }))
    signInEnded = credentialEnded
  }
  const settings = { ...before, ...patch }
  c.trace.tell('settings.changed', () => ({ changed: Object.keys(patch) }))
  sendCookie(
    c,
    COOKIES.settings,
    await sealSettings(settings, c.app.passwordsFor.settings),
    SETTINGS_COOKIE_SECONDS,
  )
  return accept({ ...showSettings(c, settings), signInEnded })
}
