import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['tests/unit/**/*.test.ts', 'tests/integration/**/*.test.ts', 'tests/servers/**/*.test.ts'],
    globalSetup: 'tests/fixtures/template-database.ts',
    // Tests hash with real workers and write to real files; two processes are what small machines have.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
})
