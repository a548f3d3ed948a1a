// Starts a Chromium that talks to nobody but the page: the one in CHROMIUM, or Playwright's own.
import { chromium } from '@playwright/test';

const QUIET = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export function launch() {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: process.env.CHROMIUM || undefined,
    args: isRoot ? [...QUIET, '--no-sandbox'] : QUIET,
  });
}
