import { defineConfig, devices } from '@playwright/test'

const executablePath = process.env.AUTHSCOPE_CHROMIUM
// A container usually runs as root, where Chromium's sandbox cannot start.
const isRoot = process.getuid?.() === 0
// Each window of a whole Chromium draws a suggestion list of its own, a page of its own that takes
// longer than ours. The other features are those of Playwright's own list that touch pages: the
// last list counts alone.
const FEATURES = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'AimEnabled'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose'],
  ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'OptimizationHints', 'MediaRouter', 'LensOverlay'],
]
const args = [
  ...(isRoot ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  // There is no graphics card here: to imitate one takes longer than to do without.
  '--disable-gpu',
  `--disable-features=${FEATURES.join(',')}`,
]

export default defineConfig({
  testDir: 'tests/e2e',
  // What is waited for is an event; these only end what will never come, on however slow a machine.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // One server for all, on two cores: more of them would wait for each other.
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // `npm run soak` runs what takes long, too.
  ...(process.env.AUTHSCOPE_SOAK !== '1' && { grepInvert: /@soak/ }),
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: 'http://localhost:3210',
    locale: 'en-US',
    // Drawing what moves takes more than what is tested.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { args, ...(executablePath && { executablePath }) },
    // A trace costs as much as the test itself. AUTHSCOPE_TRACE=1 keeps those of what failed.
    trace: process.env.AUTHSCOPE_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: 'node tests/e2e/server.ts',
    url: 'http://localhost:3210/api/health/ready',
    reuseExistingServer: false,
    timeout: 240_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
})
