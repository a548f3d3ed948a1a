// CHROMIUM=/usr/bin/chromium npx playwright test -c tests/e2e
// CONNECT_SERVER: the connect-server binary (default target/debug/connect-server); DIST: the built widget (default dist).
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium';

export default defineConfig({
  testDir: '.',
  outputDir: '../../reports/e2e',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: '../../reports/e2e.json' }]],
  use: {
    locale: 'en-CA',
    // A trace reads the whole page at every step, which takes a fifth of the time and hides faults: `--trace=on` where one is wanted.
    trace: 'off',
    // The whole browser, not the shell of it that Playwright has for tests: that one blocks no popup.
    channel: process.env.CHROMIUM ? undefined : 'chromium',
    launchOptions: chromium,
  },
});
