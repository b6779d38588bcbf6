import { defineConfig } from 'vitest/config'
import { isBuilt } from './scripts/lib/prepare.ts'
import { locate } from './scripts/rig/programs.ts'

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

/**
 * Instances of the built app behind nginx: only where there is a build of what is here, and
 * everything they need.
 */
const cluster = {
  extends: true as const,
  test: {
    name: 'cluster',
    include: ['tests/cluster/**/*.test.ts'],
    globalSetup: 'tests/fixtures/cluster-servers.ts',
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // Each starts three instances: one after the other is what small machines can do.
    fileParallelism: false,
  },
}
const needed = ['nginx', 'postgresql', 'redis', 'memcached'] as const

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    // Tests hash with real workers and write to real files; two processes are what small machines
    // have.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
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
      {
        extends: true,
        test: { name: 'crash', include: ['tests/crash/**/*.test.ts'], fileParallelism: false },
      },
      integration('sqlite', 'postgresql'),
      ...(locate('postgresql') ? [integration('postgresql', 'sqlite')] : []),
      ...(isBuilt() && needed.every(locate) ? [cluster] : []),
    ],
  },
})
