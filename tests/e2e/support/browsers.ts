// The browsers of the suites, as people have them. Playwright starts Chromium with switches under which things work that
// work in no real browser: storage and channels over sites, windows that nobody has asked for.
import type { Project } from '@playwright/test';

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

/** Marks a test that runs in Firefox too. */
const EVERY = '@every';

/** With more switches for Chromium. */
export function projects(...args: string[]): Project[] {
  const { CHROMIUM, FIREFOX } = process.env;
  const chromium: Project = {
    name: 'chromium',
    use: {
      // The whole browser, not the shell of it that Playwright has for tests: that one blocks no popup.
      channel: CHROMIUM ? undefined : 'chromium',
      launchOptions: {
        executablePath: CHROMIUM || undefined,
        ignoreDefaultArgs: [
          // Scrollbars take space on most desktops.
          '--hide-scrollbars',
          '--disable-popup-blocking',
          '--disable-back-forward-cache',
        ],
        args: ['--no-sandbox', '--disable-gpu', `--disable-features=${HARMLESS.join(',')}`, ...args],
      },
    },
  };
  // Unset, it is not asked for; empty, it is Playwright's own.
  if (FIREFOX === undefined) return [chromium];
  const firefox: Project = {
    name: 'firefox',
    grep: new RegExp(EVERY),
    use: {
      browserName: 'firefox',
      channel: FIREFOX ? 'moz-firefox' : undefined,
      launchOptions: {
        executablePath: FIREFOX || undefined,
        // All sites in one process: keys and clicks of Playwright's reach no frame in another one. What sites may share stays as it is.
        firefoxUserPrefs: { 'fission.webContentIsolationStrategy': 0 },
      },
    },
  };
  return [chromium, firefox];
}
