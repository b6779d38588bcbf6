import { accept, open, routes } from '@/lib/api'
import { changeSettings, SettingsPatch, showSettings } from '@/lib/flows/settings'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: open({
    says: 'The settings of this browser',
    handle: async c => accept(showSettings(c, await c.settings())),
  }),
  PATCH: open({
    says: 'Changes some settings of this browser; another mode ends the sign-in of the one left',
    checksOrigin: true,
    input: SettingsPatch,
    handle: c => changeSettings(c, c.input),
  }),
})
