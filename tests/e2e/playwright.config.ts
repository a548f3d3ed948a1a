// CHROMIUM=/usr/bin/chromium CHROMIUM_SHELL=/usr/bin/chromium-headless-shell npx playwright test -c tests/e2e --project 'chromium*'
// FIREFOX=/usr/bin/firefox-esr npx playwright test -c tests/e2e --project firefox: what is tagged @every, in Firefox.
// CONNECT_SERVER: the connect-server binary (default target/debug/connect-server); DIST: the built widget (default dist).
import { defineConfig } from '@playwright/test';
import { projects } from './support/browsers';

export default defineConfig({
  testDir: '.',
  outputDir: '../../reports/e2e',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  // Whoever works on it sees each failure; elsewhere what passes only the second time is told as flaky.
  retries: process.env.CI ? 1 : 0,
  // A limit for what hangs, with room for a machine that is busy with something else.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../../reports/e2e.json' }]],
  use: {
    locale: 'en-CA',
    // A trace reads the whole page at every step, which takes a fifth of the time and hides faults: `--trace=on` where one is wanted.
    trace: 'off',
  },
  projects: projects(),
});
