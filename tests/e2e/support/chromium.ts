// Chromium as people have it: Playwright starts it with switches under which things work that work in no real browser.
import type { LaunchOptions } from '@playwright/test';

/** What of Playwright's `--disable-features` only keeps the browser quiet. The last such switch counts, so that its own list is gone. */
const HARMLESS = [
  'AvoidCorsURLLoaderRestartOnRedirect',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'TcpPortRandomizationWin',
];

export const chromium: LaunchOptions = {
  executablePath: process.env.CHROMIUM || undefined,
  ignoreDefaultArgs: [
    // Scrollbars take space on most desktops.
    '--hide-scrollbars',
    '--disable-popup-blocking',
    '--disable-back-forward-cache',
  ],
  args: [
    '--no-sandbox',
    '--disable-gpu',
    `--disable-features=${HARMLESS.join(',')}`,
  ],
};
