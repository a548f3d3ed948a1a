// CHROMIUM=/usr/bin/chromium npx playwright test -c tests/conformance; `cargo xtask conformance` builds all it needs and prints the table.
// CONNECT_SERVER and DIST as in tests/e2e.
import { defineConfig } from '@playwright/test';
import e2e from '../e2e/playwright.config';
import { projects } from '../e2e/support/browsers';

export default defineConfig({
  ...e2e,
  testDir: '.',
  outputDir: '../../reports/conformance',
  reporter: [['list'], ['json', { outputFile: '../../reports/conformance.json' }]],
  // What leaves this machine fails here, and the test with it (support/test.ts).
  projects: projects('--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'),
});
