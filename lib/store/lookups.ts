/** A row as the driver gives it, moments as dates. */
export type Row = Record<string, unknown>

/** A lookup, asked with the values of `$1`, `$2` and so on. */
export type Lookup<R> = (...values: string[]) => Promise<R[]>

/**
 * The few lookups that requests wait for: statements prepared once on a connection of the driver
 * itself. Everything else goes through Prisma.
 */
export type Lookups = {
  prepare<R>(sql: string): Lookup<R>
  /** A query for the texts of a JSON list: that of a parameter such as `$2`. */
  textsOf(parameter: string): string
  close(): Promise<void>
}
