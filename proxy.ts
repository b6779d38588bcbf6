import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { app } from '@/lib/app'
import { COOKIES, readCookies, setCookie } from '@/lib/http/cookies'
import { isHttps, isLinkedFromElsewhere } from '@/lib/http/incoming'
import { isProtectedPage } from '@/lib/http/pages'
import { HSTS } from '@/lib/http/reply'
import { openSettings } from '@/lib/settings/cookie'
import type { Settings } from '@/lib/settings/settings'
import {
  createChannelId,
  isChannelId,
  pairingCodeOf,
  WIRE_COOKIE_SECONDS,
} from '@/lib/wire/channel-id'
import { redactHeaders } from '@/lib/wire/redaction'
import { createTrace } from '@/lib/wire/tracer'

// Pages only: redirects and per-request headers. Never the only guard: no page holds data, and the
// API guards itself.
export const config = {
  matcher: ['/((?!api/|_next/static/|\\.well-known/jwks\\.json$|openapi\\.json$|icon\\.svg$).*)'],
}

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { config, clock, bus, passwordsFor } = app()
  const { pathname, search } = request.nextUrl
  const read = readCookies(request.headers)
  if (!read.ok)
    return withHeaders(
      new NextResponse('The same cookie was sent twice.', { status: 400 }),
      createNonce(),
    )
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return withHeaders(notAllowed(), createNonce())
  // Next's own pages for errors are no addresses, and outside demo mode neither is the script of
  // the attack, however it is spelled.
  if (
    pathname.startsWith('/_') ||
    (!config.demo && decodeURIComponent(pathname) === '/injected-script.js')
  )
    return withHeaders(new NextResponse('Not Found', { status: 404 }), createNonce())
  const cookies = read.value

  const known = cookies.get(COOKIES.wire)
  const channelId = isChannelId(passwordsFor.wire, known)
    ? known
    : createChannelId(passwordsFor.wire)
  const isNavigation = request.headers.get('sec-fetch-dest') === 'document'
  const trace = createTrace(
    isNavigation && config.wire ? bus.channel(pairingCodeOf(channelId)) : null,
    clock,
  )
  const { method } = request
  const target = pathname + search
  trace.tell('page.requested', () => ({
    method,
    target,
    headers: redactHeaders(request.headers),
    instance: config.instance,
  }))

  const settings = await openSettings(cookies.get(COOKIES.settings), passwordsFor.settings, config)
  const nonce = createNonce()
  let response: NextResponse
  if (isProtectedPage(pathname) && !mayHoldCredential(settings, cookies, request.headers)) {
    const to = `/sign-in?next=${encodeURIComponent(pathname)}`
    trace.tell('page.redirected', () => ({ to, because: 'credential_missing' }))
    response = NextResponse.redirect(new URL(to, request.nextUrl), 303)
  } else {
    trace.tell('page.passed', () => ({
      because: isProtectedPage(pathname) ? 'credential_present' : 'public',
    }))
    const headers = new Headers(request.headers)
    headers.set('content-security-policy', contentSecurityPolicy(nonce))
    response = NextResponse.next({ request: { headers } })
  }
  if (channelId !== known)
    response.headers.append('Set-Cookie', setCookie(COOKIES.wire, channelId, WIRE_COOKIE_SECONDS))
  return withHeaders(response, nonce, isHttps(request.headers, request.nextUrl))
}

/**
 * Whether it is worth rendering a protected page. Session: a cookie is there. Token: a refresh
 * cookie is there, or the page may have a token where the proxy cannot see it: in web storage, or
 * in memory while it moves between pages without a reload. (The framework hides its own `rsc`
 * header from here; the browser's `Sec-Fetch-Dest` tells a page load from a fetch.) Who comes by a
 * link of another site comes without the refresh cookie, which is `SameSite=Strict`: the page asks
 * for itself.
 */
function mayHoldCredential(
  settings: Settings,
  cookies: ReadonlyMap<string, string>,
  headers: Headers,
): boolean {
  if (settings.mode === 'session') return cookies.has(COOKIES.session)
  const pageSurvives =
    settings.tokenStorage !== 'memory' || headers.get('sec-fetch-dest') === 'empty'
  return cookies.has(COOKIES.refresh) || pageSurvives || isLinkedFromElsewhere(headers)
}

const createNonce = () => randomBytes(16).toString('base64')

const notAllowed = () =>
  new NextResponse('Method Not Allowed', { status: 405, headers: { Allow: 'GET, HEAD' } })

function contentSecurityPolicy(nonce: string): string {
  const { reportsOrigin } = app().config
  // While developing, React needs eval for its messages, and Next's overlay styles itself inline.
  // Neither is in a build.
  const isDevelopment = process.env.NODE_ENV === 'development'
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // Attributes only, for positions that are worked out from data; no style element without the
    // nonce.
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${reportsOrigin ? ` ${reportsOrigin}` : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function withHeaders(response: NextResponse, nonce: string, isSecure = false): NextResponse {
  response.headers.set('Content-Security-Policy', contentSecurityPolicy(nonce))
  response.headers.set('Cache-Control', 'private, no-store')
  response.headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  response.headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  response.headers.set('Referrer-Policy', 'same-origin')
  response.headers.set('X-Content-Type-Options', 'nosniff')
  if (isSecure) response.headers.set('Strict-Transport-Security', HSTS)
  response.headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
  return response
}
