// `next start`, told by arguments instead of the environment: the port, and whether Better Auth
// believes its cookie.
const [port, cookieCache] = process.argv.slice(2)
const origin = `http://127.0.0.1:${port}`
Object.assign(process.env, {
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  NEXTAUTH_URL: origin,
  PEER_ORIGIN: origin,
  PEER_COOKIE_CACHE: cookieCache,
})
process.argv = [process.execPath, 'next', 'start', '--port', port, '--hostname', '127.0.0.1']
await import('next/dist/bin/next')
