import { defineConfig } from 'vitest/config'
import { locate } from './scripts/lib/servers.mjs'

/** The same tests on each kind of database, besides the few that are about one of them. */
const integration = (name: string, other: string) => ({
  extends: true as const,
  test: {
    name,
    include: ['tests/integration/**/*.test.ts'],
    exclude: [`tests/integration/${other}/**`],
    globalSetup: `tests/fixtures/template-${name}.ts`,
  },
})

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    // Tests hash with real workers and write to real files; two processes are what small machines have.
    maxWorkers: 2,
    testTimeout: 20_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['tests/servers/**/*.test.ts'],
          globalSetup: 'tests/fixtures/template-sqlite.ts',
        },
      },
      // Against the built app, as processes: after the build, one file at a time.
      { extends: true, test: { name: 'crash', include: ['tests/crash/**/*.test.ts'], fileParallelism: false } },
      integration('sqlite', 'postgresql'),
      ...(locate('postgresql') ? [integration('postgresql', 'sqlite')] : []),
    ],
  },
})
