// The test function of the stories: servers, a browser of its own for each, and the person at a shop.
import { test as base, expect } from '@playwright/test';
import { hostPages as systems } from '../../conformance/support/host-pages';
import { ConnectServer, START_LIMIT } from '../../e2e/support/connect-server';
import { hostPages as shops } from '../../e2e/support/host-page';
import { WebServer } from '../../e2e/support/web-server';
import { type Browser, Driver } from './driver';
import { Shop } from './shop';

export { expect };

interface PerTest {
  tab: Browser;
  shop: Shop;
}

interface PerWorker {
  driver: Driver;
  servers: { server: ConnectServer; host: string };
}

export const test = base.extend<PerTest & { server: ConnectServer; host: string }, PerWorker>({
  driver: [
    async ({}, use) => {
      const driver = await Driver.start();
      await use(driver);
      await driver.end();
    },
    { scope: 'worker' },
  ],

  servers: [
    async ({}, use) => {
      let widget = '';
      const [shop, system] = [shops(() => widget), await systems(() => widget)];
      const host = await WebServer.start((path, name) => shop(path, name) ?? system(path, name));
      const server = await ConnectServer.start('--demo-redirect-uri', `${host.origin}/back`, '--demo-redirect-uri', `${host.origin}/landing`);
      widget = server.origin;
      await use({ server, host: host.origin });
      await server.end();
      await host.end();
    },
    { scope: 'worker', timeout: START_LIMIT },
  ],

  server: async ({ servers }, use) => use(servers.server),
  host: async ({ servers }, use) => use(servers.host),

  tab: async ({ driver }, use) => {
    const browser = await driver.browser();
    await use(browser);
    await browser.end();
  },

  shop: async ({ tab, servers }, use) => use(new Shop(tab, servers.host)),
});
