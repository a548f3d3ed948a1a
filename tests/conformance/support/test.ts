// The test function of all specs: the real server, host pages, every message, and a watch on what is printed and asked for.
import type { Page } from '@playwright/test';
import { ConnectServer, START_LIMIT } from '../../e2e/support/connect-server';
import { expect, test as e2e } from '../../e2e/support/test';
import { WebServer } from '../../e2e/support/web-server';
import { Backend } from './backend';
import { hostPages } from './host-pages';
import { Messages } from './messages';
import { SECRETS } from './person';

export { expect };

interface PerTest {
  messages: Messages;
  /** The client's own server. */
  backend: Backend;
  /** Opens a host page with these settings. */
  open(path: string, settings: object): Promise<void>;
  /** What the widget has told the page, in order. */
  told(): any[];
  /** What the page has been told is exactly this, and stays it until the test ends. */
  wasTold(expected: unknown[]): Promise<void>;
  silent: void;
}

export const test = e2e.extend<PerTest>({
  both: [
    async ({}, use) => {
      let widget = '';
      const host = await WebServer.start(await hostPages(() => widget));
      const registered = ['/landing', '/moneykit-return'].flatMap((path) => ['--demo-redirect-uri', host.origin + path]);
      const server = await ConnectServer.start(...registered);
      widget = server.origin;
      await use({ server, host: host.origin });
      await server.end();
      await host.end();
    },
    { scope: 'worker', timeout: START_LIMIT },
  ],

  /** No secret is in any message, of whomever to whomever. */
  messages: [
    async ({ context, backend }, use) => {
      const messages = await Messages.of(context);
      await use(messages);
      const text = JSON.stringify(messages.all.map(({ data }) => data)).toLowerCase();
      expect([...SECRETS, ...backend.secrets].filter((secret) => text.includes(secret.toLowerCase()))).toEqual([]);
    },
    { auto: true },
  ],

  backend: async ({ server }, use) => use(new Backend(server)),

  open: async ({ page, host }, use) => {
    let visits = 0;
    await use(async (path, settings) => {
      visits += 1;
      await page.goto(`${host}${path}?visit=${visits}#${encodeURIComponent(JSON.stringify(settings))}`);
    });
  },

  told: async ({ messages, page, server }, use) => use(() => messages.to(page, server.origin)),

  wasTold: async ({ told }, use) => {
    let last: unknown[] | undefined;
    await use(async (expected) => {
      last = expected;
      await expect.poll(told).toEqual(expected);
    });
    if (last) expect(told()).toEqual(last);
  },

  /** Nothing is printed at all, not even a friendly line, and nothing is asked of anybody else. */
  silent: [
    async ({ context, expectedNoise }, use) => {
      const printed: string[] = [];
      const elsewhere: string[] = [];
      context.on('console', (message) => printed.push(`${message.type()}: ${message.text()}`));
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol.startsWith('http') && !['127.0.0.1', 'localhost'].includes(hostname)) elsewhere.push(request.url());
      });
      await use();
      expect(printed.filter((line) => !expectedNoise.some((expected) => expected.test(line)))).toEqual([]);
      expect(elsewhere).toEqual([]);
    },
    { auto: true },
  ],
});

/** Whatever was posted before has arrived, and what it led to has been drawn. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
