import { sealData, unsealData } from 'iron-session'
import { type Choices, defaultSettings, StoredSettings, settingsPatch } from './schema.ts'
import type { Settings } from './settings.ts'

// Apart from the settings themselves, which a page uses too: what seals them is the server's alone.
const TTL_SECONDS = 365 * 24 * 60 * 60

/**
 * Opens the sealed settings of a browser. Anything that is not a seal of ours, or not fit for this
 * server, is the defaults.
 */
export async function openSettings(
  seal: string | undefined,
  passwords: Record<string, string>,
  choices: Choices,
): Promise<Settings> {
  if (!seal) return defaultSettings(choices)
  const opened = await unsealData<object>(seal, { password: passwords, ttl: TTL_SECONDS }).catch(
    () => ({}),
  )
  const settings = StoredSettings.safeParse(opened)
  if (!settings.success) return defaultSettings(choices)
  const { mode: _, ...chosen } = settings.data
  return settingsPatch(choices).safeParse(chosen).success ? settings.data : defaultSettings(choices)
}

/** Seals settings for `__Host-settings`: readable and changeable by this server alone. */
export const sealSettings = (
  settings: Settings,
  passwords: Record<string, string>,
): Promise<string> => sealData(settings, { password: passwords, ttl: TTL_SECONDS })

export const SETTINGS_COOKIE_SECONDS = TTL_SECONDS
