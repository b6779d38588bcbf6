import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

const config: NextConfig = {
  poweredByHeader: false,
  // Types are checked by `npm test` and `npm run check`, over the tests too; a build need not do it
  // again.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  headers: async () => [
    {
      // What neither the proxy nor a route answers.
      source: '/:path(_next/static/.*|icon\\.svg)',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
      ],
    },
  ],
  experimental: {
    // What the proxy holds back of a body while it decides: pages take none.
    proxyClientMaxBodySize: 16 * 1024,
    // Else a request whose router headers do not fit its address is answered with a bare 307. It
    // guards caches that heed no `Vary`; nothing here may be cached at all.
    validateRSCRequestHeaders: false,
  },
  // Drivers, native code among them, stay outside the bundle.
  serverExternalPackages: [
    'better-sqlite3',
    'pg',
    'redis',
    '@prisma/client',
    '@prisma/adapter-better-sqlite3',
    '@prisma/adapter-pg',
  ],
}

const withMessages = createNextIntlPlugin({
  requestConfig: './app/_i18n/request.ts',
  experimental: {
    // Taken apart while building, so that no page needs a parser for them.
    messages: { path: './app/_i18n', format: 'json', locales: 'infer', precompile: true },
  },
})

export default withMessages(config)
