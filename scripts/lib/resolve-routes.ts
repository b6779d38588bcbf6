import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { inRoot } from './paths.mjs'

/**
 * Lets routes be imported without a build: they name what they import as the framework reads it.
 */
export function resolveRoutes(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('@/')) return next(specifier, context)
      const path = specifier.slice(2)
      const file = [`${path}.ts`, `${path}/index.ts`].map(name => inRoot(name)).find(existsSync)
      return next(file ? pathToFileURL(file).href : specifier, context)
    },
  })
}
