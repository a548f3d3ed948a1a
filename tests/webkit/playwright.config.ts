// Stories in WebKit, Safari's engine, as Debian ships it: WEBKIT_DRIVER=/usr/bin/WebKitWebDriver MINI_BROWSER=… npx playwright test -c tests/webkit
// Playwright is the runner alone; its own WebKit is a patched one, which cannot be had everywhere.
// CONNECT_SERVER and DIST as in tests/e2e.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../reports/webkit',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  // Whoever works on it sees each failure; elsewhere what passes only the second time is told as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  projects: [{ name: 'webkit' }],
  reporter: [['list'], ['json', { outputFile: '../../reports/webkit.json' }]],
});
