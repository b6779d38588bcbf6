import { app } from '@/lib/app'
import { changeSettings, SettingsPatch, showSettings } from '@/lib/browser-settings'
import { open, routes } from '@/lib/http/pipeline'
import { answer, ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    handle: async x => ok(showSettings(x)),
  }),
  PATCH: open({
    readsRefreshCookie: true,
    input: SettingsPatch,
    handle: async x => answer(await changeSettings(x, x.input), settings => ok(showSettings(x, settings))),
  }),
})
