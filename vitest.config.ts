import { existsSync, statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { isBuilt } from './scripts/lib/prepare.ts'
import { locate } from './scripts/rig/programs.ts'
import { portion } from './tests/fixtures/portion.ts'

// Databases wait for the disk at each commit, and every test has one: where there is a folder in
// memory and room in it, they are kept there. What they would promise of a disk stays configured.
const MEMORY = '/dev/shm'
const ROOM = 2 * 1024 ** 3
const hasRoom = () => {
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize > ROOM
}
if (existsSync(MEMORY) && hasRoom()) process.env.TMPDIR = MEMORY

/**
 * What has nothing to do with SQL or the stores: on SQLite alone, and in `npm run soak` on both.
 */
const WITHOUT_SQL = [
  'audit',
  'gateway',
  'replay',
  'reports*',
  'settings',
  'accounts/{isolation,password-forms,queue,weak-passwords}',
  'hops',
  'http/!(fuzz)',
  'session/cookies',
  'token/{claims,forgeries,interoperability,reasons,spelling}',
  'wire/*',
].map(name => `tests/integration/${name}.test.ts`)

/**
 * What is about two acts at once, which PostgreSQL does at once: on that alone where it is there,
 * and in `npm run soak` on both.
 */
const AT_ONCE = ['order', 'token/{theft,lost-answer}'].map(
  name => `tests/integration/${name}.test.ts`,
)

/** The same tests on each kind of database, besides the few that are about one of them. */
const integration = (name: string, other: string, without: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include: ['tests/integration/**/*.test.ts'],
    exclude: [`tests/integration/${other}/**`, ...without],
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
  },
}
const needed = ['nginx', 'postgresql', 'redis', 'memcached'] as const

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    // Tests hash with real workers and write to real files; two processes are what small machines
    // have.
    maxWorkers: 2,
    // Files share what they import, and the threads that hash; what a test changes, it puts back.
    isolate: false,
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
      integration('sqlite', 'postgresql', locate('postgresql') ? portion(AT_ONCE, []) : []),
      ...(locate('postgresql')
        ? [integration('postgresql', 'sqlite', portion(WITHOUT_SQL, []))]
        : []),
      ...(isBuilt() && needed.every(locate) ? [cluster] : []),
    ],
  },
})
