import { defineConfig, devices } from '@playwright/test'

const executablePath = process.env.AUTHSCOPE_CHROMIUM
// A container usually runs as root, where Chromium's sandbox cannot start.
const isRoot = process.getuid?.() === 0
const args = [...(isRoot ? ['--no-sandbox'] : []), '--disable-background-networking']

export default defineConfig({
  testDir: 'tests/e2e',
  // What is waited for is an event; these only end what will never come, on however slow a machine.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // One server, two cores: password hashing would make more of them wait for each other.
  workers: process.env.CI ? 1 : 2,
  forbidOnly: true,
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: 'http://localhost:3210',
    locale: 'en-US',
    launchOptions: { executablePath, args },
    trace: 'retain-on-failure',
  },
  webServer: {
    command: 'node tests/e2e/server.ts',
    url: 'http://localhost:3210/api/health/ready',
    reuseExistingServer: false,
    timeout: 240_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
})
