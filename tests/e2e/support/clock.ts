// Time that can be skipped: timers run as ever, and `skip` runs those that would have run by then. Playwright's own clock
// gives timers numbers that are no 32-bit integers, which no browser does.
import type { BrowserContext, Page } from '@playwright/test';

declare global {
  interface Window {
    skipTime(millis: number): void;
  }
}

export class Clock {
  private constructor(private readonly page: Page) {}

  /** Before the page is opened. */
  static async install(context: BrowserContext, page: Page): Promise<Clock> {
    await context.addInitScript(timers);
    return new Clock(page);
  }

  async skip(millis: number): Promise<void> {
    for (const frame of this.page.frames()) await frame.evaluate((millis) => window.skipTime?.(millis), millis);
  }
}

// Runs in every frame.
function timers() {
  interface Timer {
    due: number;
    run(): void;
    real: number;
  }
  const native = { set: window.setTimeout.bind(window) as (run: () => void, millis: number) => number, clear: window.clearTimeout.bind(window) };
  const pending = new Map<number, Timer>();
  let last = 0;
  const start = (id: number, run: () => void, millis: number) => {
    const real = native.set(() => {
      pending.delete(id);
      run();
    }, millis);
    pending.set(id, { due: performance.now() + millis, run, real });
  };
  const set = (run: (...given: unknown[]) => void, millis = 0, ...given: unknown[]) => {
    last += 1;
    start(last, () => run(...given), millis);
    return last;
  };
  const clear = (id: number) => {
    native.clear(pending.get(id)?.real);
    pending.delete(id);
  };
  Object.assign(window, { setTimeout: set, clearTimeout: clear });
  window.skipTime = (millis) => {
    const until = performance.now() + millis;
    const known = [...pending].sort(([, one], [, other]) => one.due - other.due);
    for (const [id, timer] of known) {
      if (!pending.has(id)) continue;
      clear(id);
      if (timer.due <= until) timer.run();
      else start(id, timer.run, timer.due - until);
    }
  };
}
