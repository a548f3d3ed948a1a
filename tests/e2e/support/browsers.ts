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

/**
 * What only the whole browser does: it refuses windows that nobody has asked for, keeps pages that are gone back to, moves.
 * All other tests run in its shell without a surface, which is the same engine at a third of the cost.
 */
const WHOLE = /@whole|\bpopup\b|\b(browser|jumps|oauth|real-modes|windows)\.spec\.ts/;

/** With more switches for Chromium. CHROMIUM is the whole browser, CHROMIUM_SHELL its shell; without it the whole one does all. */
export function projects(...args: string[]): Project[] {
  const { CHROMIUM, CHROMIUM_SHELL, FIREFOX } = process.env;
  const launchOptions = {
    ignoreDefaultArgs: [
      // Scrollbars take space on most desktops.
      '--hide-scrollbars',
      '--disable-popup-blocking',
      '--disable-back-forward-cache',
    ],
    args: ['--no-sandbox', '--disable-gpu', `--disable-features=${HARMLESS.join(',')}`, ...args],
  };
  const whole = {
    channel: CHROMIUM ? undefined : 'chromium',
    launchOptions: { ...launchOptions, executablePath: CHROMIUM || undefined },
  };
  const shell = {
    launchOptions: { ...launchOptions, executablePath: CHROMIUM_SHELL || undefined },
    // Frames of what only moves are a quarter of the rest of the cost. What moves is looked at in the whole browser.
    contextOptions: { reducedMotion: 'reduce' as const },
  };
  const chromium: Project[] =
    CHROMIUM_SHELL === undefined
      ? [{ name: 'chromium', use: whole }]
      : [
          { name: 'chromium', use: shell, grepInvert: WHOLE },
          { name: 'chromium-whole', use: whole, grep: WHOLE },
        ];
  // Unset, it is not asked for; empty, it is Playwright's own.
  if (FIREFOX === undefined) return chromium;
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
  return [...chromium, firefox];
}
