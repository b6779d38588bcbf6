import type { Api } from '../client/api.ts'

/**
 * What the other service said, and whom the token was for. `status` 0: it cannot be reached from
 * this page.
 */
export type ReportAnswer = {
  audience: string
  expiresIn: number | null
  status: number
  code: string | null
  challenge: string | null
  report: { month: string; granted: number; refused: number } | null
}

const AUDIENCE = 'authscope-reports'

/**
 * Asks the reports service for its report: with a token that was exchanged for its audience, or, to
 * see it refused, with the app's own. Null when there is no token to exchange any more.
 */
export async function askForReport(
  api: Api,
  origin: string,
  isExchanged: boolean,
): Promise<ReportAnswer | null> {
  if (!isExchanged) {
    const accessToken = api.keeper.get()
    return accessToken
      ? present(origin, accessToken, { audience: 'authscope-api', expiresIn: null })
      : null
  }
  const exchanged = await api.call('POST', '/api/token/exchange', {
    mode: 'token',
    body: { audience: AUDIENCE },
  })
  if (exchanged.status !== 200) return null
  const { access_token: accessToken, expires_in: expiresIn } = exchanged.body as {
    access_token: string
    expires_in: number
  }
  return present(origin, accessToken, { audience: AUDIENCE, expiresIn })
}

async function present(
  origin: string,
  accessToken: string,
  about: Pick<ReportAnswer, 'audience' | 'expiresIn'>,
): Promise<ReportAnswer> {
  const headers = { Authorization: `Bearer ${accessToken}` }
  const response = await fetch(`${origin}/api/reports/monthly`, {
    headers,
    cache: 'no-store',
  }).catch(() => null)
  if (!response) return { ...about, status: 0, code: null, challenge: null, report: null }
  const body = await response.json()
  return {
    ...about,
    status: response.status,
    code: body.code ?? null,
    challenge: response.headers.get('www-authenticate'),
    report: body.report ?? null,
  }
}
