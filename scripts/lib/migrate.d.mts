export type Provider = 'sqlite' | 'postgresql'

/** The folder of a provider's schema, and that of its migrations. */
export function schemaOf(provider: Provider): string
export function migrationsOf(provider: Provider): string

/** Applies the migrations that a database does not have yet; returns the names of those applied. */
export function applyMigrations(options: {
  databaseUrl: string
  folder?: string
}): Promise<string[]>

/** The SQL from where the existing migrations lead to the schema, and the changes in words. */
export function diffToSchema(options: {
  databaseUrl: string
  schema?: string
  folder?: string
}): Promise<{ sql: string; summary: string }>
