import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

const config: NextConfig = {
  poweredByHeader: false,
  // Types are checked by `npm test` and `npm run check`, over the tests too; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // Native code and its driver stay outside the bundle.
  serverExternalPackages: ['better-sqlite3', '@prisma/client', '@prisma/adapter-better-sqlite3'],
}

export default createNextIntlPlugin('./app/_i18n/request.ts')(config)
