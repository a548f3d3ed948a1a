// The later part of the program, as a slow or a broken line brings it.
import type { BrowserContext, Page } from '@playwright/test';

const FILE = '**/connect-rest-*.wasm';

/** The file is held back until it is let go. */
export class Rest {
  private readonly gone: Promise<void>;
  private open!: () => void;
  /** How often it was asked for. */
  asked = 0;

  private constructor() {
    this.gone = new Promise((open) => (this.open = open));
  }

  /** Before the page is opened. */
  static async held(page: Page | BrowserContext): Promise<Rest> {
    const rest = new Rest();
    await page.route(FILE, async (route) => {
      rest.asked += 1;
      await rest.gone;
      await route.continue().catch(() => undefined);
    });
    return rest;
  }

  letGo(): void {
    this.open();
  }
}

/** So many times it does not come. */
export async function restFails(page: Page | BrowserContext, times: number): Promise<() => number> {
  let asked = 0;
  await page.route(FILE, async (route) => {
    asked += 1;
    if (asked <= times) await route.abort('connectionreset');
    else await route.continue();
  });
  return () => asked;
}

/** Something else comes in its place. */
export async function restIs(page: Page | BrowserContext, body: string): Promise<void> {
  await page.route(FILE, (route) => route.fulfill({ contentType: 'application/wasm', body }));
}

/**
 * For a whole run, by the variable LATER: on a `slow` line it comes a second after it was asked for, on a `broken` one at
 * the second time.
 */
export async function asTheRunWants(context: BrowserContext): Promise<void> {
  const line = process.env.LATER;
  if (!line) return;
  const refused = new WeakSet<object>();
  await context.route(FILE, async (route) => {
    const frame = route.request().frame();
    if (line === 'slow') await new Promise((come) => setTimeout(come, 1000));
    if (line === 'broken' && !refused.has(frame)) {
      refused.add(frame);
      return route.abort('connectionreset');
    }
    await route.continue().catch(() => undefined);
  });
}

/** What the browser prints of it. */
export const noiseOfTheLine = (): RegExp[] => (process.env.LATER === 'broken' ? [/net::ERR_CONNECTION_RESET/] : []);
