// Pages that show somebody's own things. The proxy saves a detour for whoever carries no
// credential; the data is guarded by the API.
const PROTECTED = new Set(['/dashboard', '/devices', '/admin'])

const RETURNABLE = new Set([...PROTECTED, '/', '/inspector', '/storage', '/settings'])

export const isProtectedPage = (pathname: string): boolean => PROTECTED.has(pathname)

/**
 * Where to go after signing in. Only pages of this app that are on the list, whatever was asked
 * for: an address that merely looks like a path (`//evil.example`, `/\evil.example`,
 * `/..//evil.example`, `javascript:`) is not on it (ASVS 5.0, 3.7.2).
 */
export function toReturnPath(next: unknown): string {
  return typeof next === 'string' && RETURNABLE.has(next) ? next : '/dashboard'
}
