import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { app } from '@/lib/app'
import { languageOf } from '@/lib/flows/settings'
import { COOKIES } from '@/lib/http/cookies'
import { openSettings } from '@/lib/settings/cookie'
import en from './en.json'
import ko from './ko.json'

export default getRequestConfig(async () => {
  const seal = (await cookies()).get(COOKIES.settings)?.value
  const settings = await openSettings(seal, app().passwordsFor.settings, app().config)
  const locale = languageOf(settings, (await headers()).get('accept-language'))
  return { locale, messages: locale === 'ko' ? ko : en, timeZone: 'UTC' }
})
