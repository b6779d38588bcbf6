import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

const config: NextConfig = {
  poweredByHeader: false,
  images: { unoptimized: true },
  // Native code and its driver stay outside the bundle.
  serverExternalPackages: ['better-sqlite3', '@prisma/client', '@prisma/adapter-better-sqlite3'],
}

export default createNextIntlPlugin('./app/_i18n/request.ts')(config)
