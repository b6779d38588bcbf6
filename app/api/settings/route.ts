import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { changeSettings, SettingsPatch, showSettings } from '@/lib/flows/settings'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    says: 'The settings of this browser',
    handle: async x => content(showSettings(x)),
  }),
  PATCH: open({
    says: 'Changes some settings of this browser; another mode ends the sign-in of the one left',
    checksOrigin: true,
    input: SettingsPatch,
    handle: async x =>
      answer(await changeSettings(x, x.input), ({ settings, signInEnded }) =>
        content({ ...showSettings(x, settings), signInEnded }),
      ),
  }),
})
