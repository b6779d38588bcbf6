import { expect, test } from 'vitest'
import { chooseMode } from '../../../lib/api/mode.ts'
import { defaultSettings } from '../../../lib/settings/schema.ts'
import { MODES } from '../../../lib/settings/settings.ts'

const trace = { id: '', since: () => 0, tell: () => undefined }

/** What the rules say, read one after the other. */
function expected(
  route: string | null,
  header: string | null,
  settings: string | null,
  authorization: boolean,
) {
  if (header !== null && header !== 'session' && header !== 'token') return 'invalid_mode'
  return route ?? header ?? settings ?? (authorization ? 'token' : 'session')
}

const choices = [null, ...MODES]
const headers = [...choices, '', 'Token', 'cookie']
const all = choices.flatMap(route =>
  headers.flatMap(header =>
    choices.flatMap(settings =>
      [true, false].map(authorization => ({ route, header, settings, authorization })),
    ),
  ),
)

test.each(all)(
  'route $route, header $header, settings $settings, authorization $authorization',
  async row => {
    const sent = new Headers()
    if (row.header !== null) sent.set('auth-mode', row.header)
    if (row.authorization) sent.set('authorization', 'Bearer x')
    const settings = row.settings && {
      ...defaultSettings({ demo: true, algorithm: 'ES256' }),
      mode: row.settings,
    }
    const chosen = await chooseMode(sent, row.route, settings && (async () => settings), trace)
    const mode = expected(row.route, row.header, row.settings, row.authorization)
    expect(chosen.ok ? chosen.value : chosen.reason).toBe(mode)
  },
)
