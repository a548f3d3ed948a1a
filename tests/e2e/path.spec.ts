// The widget below a path of another site, behind a proxy that takes the path away or leaves it, and with its files elsewhere.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BankSite } from './support/bank-site';
import { binary, ConnectServer, dist } from './support/connect-server';
import { FileServer } from './support/file-server';
import { Host, hostPages, lines } from './support/host-page';
import { PATH, PathProxy } from './support/path-proxy';
import { expect, test as base } from './support/test';
import { told, Widget } from './support/widget';
import { type Pages, WebServer } from './support/web-server';

const WHOLE = [...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success'];

/** The shop's pages without a policy of theirs, and one that does what Wealthica's package does. */
const pages = (widget: string): Pages => {
  const host = hostPages(() => widget);
  return (path, name) => {
    if (path === '/wealthica') {
      return { body: `<!doctype html><link rel="icon" href="data:,"><form method="post" target="w" action="${widget}/connect"><input name="token"><button>Open</button></form><iframe name="w" title="Bank"></iframe>` };
    }
    const page = host(path === '/back' || path === '/' ? '/no-policy' : path, name);
    return page === 'hang' ? undefined : page;
  };
};

for (const strips of [true, false]) {
  const test = base.extend<object, { site: { proxy: PathProxy; server: ConnectServer } }>({
    site: [
      async ({}, use) => {
        const proxy = await PathProxy.start(strips, pages);
        const server = await ConnectServer.start('--public-url', proxy.widget, '--demo-redirect-uri', `${proxy.origin}/back`);
        proxy.target = server.origin;
        await use({ proxy, server });
        await server.end();
        await proxy.end();
      },
      { scope: 'worker', timeout: 60_000 },
    ],
  });

  test.describe(strips ? 'a proxy takes the path away' : 'a proxy leaves the path', () => {
    test('a whole connection, and nothing is asked for above the path', async ({ page, site: { proxy, server } }) => {
      const above: string[] = [];
      page.on('request', (request) => {
        const { origin, pathname } = new URL(request.url());
        if (origin === proxy.origin && !pathname.startsWith(`${PATH}/`) && !['/', '/host.js', '/host.css'].includes(pathname)) above.push(pathname);
      });
      const shop = new Host(page, proxy.origin);
      const logo = page.waitForResponse('**/logos/demo.svg');
      const widget = await shop.open(await server.token(), { lang: 'de' });
      await expect(widget.row('Demo')).toBeVisible();
      const picture = await logo;
      expect([picture.status(), picture.url()]).toEqual([200, `${proxy.widget}/logos/demo.svg`]);
      await shop.page.evaluate(() => window.session.update({ lang: 'en' }));
      await widget.loginToDemo('wealthica', 'wealthica');
      await widget.finish('Demo');
      await shop.wasTold(...WHOLE);
      expect(above).toEqual([]);
    });

    test('a bank in its own window', async ({ page, context, site: { proxy, server } }) => {
      const shop = new Host(page, proxy.origin);
      const widget = await shop.open(await server.token());
      await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
      const bank = await BankSite.of(widget, context);
      const closed = bank.page.waitForEvent('close');
      await bank.allow();
      await closed;
      await widget.finish('OAuth Bank');
      await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
    });

    test('a bank by a redirect of the page, and back', async ({ page, site: { proxy, server } }) => {
      const shop = new Host(page, proxy.origin);
      const options = { oauth: 'redirect', redirectUri: `${proxy.origin}/back` };
      const widget = await shop.open(await server.token(), options);
      await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
      await widget.button(/^Continue to/).click();
      const bank = new BankSite(page);
      await bank.allow();
      await page.waitForURL(`${proxy.origin}/back?**`);
      const token = await server.token();
      await page.evaluate((options) => window.start({ ...options, resume: location.href }), { token, ...options });
      await widget.finish('OAuth Bank');
      await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
    });

    test("another system's page: opened by its form, loaded again, and led to the result", async ({ page, site: { proxy, server } }) => {
      await page.goto(`${proxy.origin}/wealthica`);
      await page.locator('input').fill(await server.token());
      await page.getByRole('button', { name: 'Open' }).click();
      const widget = new Widget(page.frameLocator('iframe'));
      await expect(widget.search).toBeVisible();
      const frame = page.frames()[1]!;
      expect(new URL(frame.url()).pathname).toBe(`${PATH}/connect`);
      await widget.loginToDemo('wealthica', 'wealthica');
      await expect.poll(() => new URL(frame.url()).pathname).toBe(`${PATH}/connected`);
    });

    test('the demo shop', async ({ page, site: { proxy } }) => {
      await page.goto(`${proxy.widget}/demo/`);
      await page.getByRole('button', { name: 'Connect your bank' }).click();
      const widget = new Widget(page.frameLocator('dialog iframe'));
      await widget.loginToDemo('wealthica', 'wealthica');
      await widget.finish('Demo');
    });
  });
}

base('files from another origin: the page takes program, styles and words from there', async ({ page }) => {
  const cdn = await FileServer.start('/c', () => dist);
  let widget = '';
  const host = await WebServer.start(hostPages(() => widget));
  const server = await ConnectServer.start('--static-url', cdn.url);
  widget = server.origin;
  try {
    const shop = new Host(page, host.origin);
    const opened = await shop.open(await server.token(), { lang: 'de' });
    await expect(opened.row('Demo')).toBeVisible();
    await page.evaluate(() => window.session.update({ lang: 'en' }));
    await opened.loginToDemo('wealthica', 'wealthica');
    await opened.finish('Demo');
    await shop.wasTold(...WHOLE);
    for (const file of [/^connect-widget-.*\.js$/, /^connect-widget-.*\.wasm$/, /^connect-rest-.*\.wasm$/, /^connect-words-de-/]) {
      expect(cdn.asked.filter((name) => file.test(name)), `${file}`).not.toEqual([]);
    }
  } finally {
    await Promise.all([server.end(), cdn.end(), host.end()]);
  }
});

base.describe('files that somebody has changed there', () => {
  base.use({ expectedNoise: [/integrity|Failed to fetch|dynamically imported/] });

  for (const changed of [/^connect-widget-.*\.js$/, /^connect-widget-.*\.wasm$/]) {
    base(`are not run: ${changed.source}`, async ({ page }) => {
      const cdn = await FileServer.start('/c', () => dist);
      const server = await ConnectServer.start('--static-url', cdn.url);
      cdn.changed = changed;
      try {
        await page.goto(server.origin);
        await expect(page.locator('#broken').getByRole('button', { name: 'Start again' })).toBeVisible();
        expect(cdn.asked.filter((name) => changed.test(name))).not.toEqual([]);
        cdn.changed = /$^/;
        await page.reload();
        await expect(page.getByRole('heading', { name: 'This page can’t be opened this way' })).toBeVisible();
      } finally {
        await Promise.all([server.end(), cdn.end()]);
      }
    });
  }
});

base('the page itself on another origin, made by `connect-server dist`, with the policy that it prints', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'connect-dist-'));
  const out = join(folder, 'out');
  const files = await FileServer.start('/w', () => out);
  const host = await WebServer.start(hostPages(() => files.url));
  const server = await ConnectServer.start('--widget-origin', files.origin);
  try {
    const printed = execFileSync(binary, ['dist', '--dist', dist, '--api', server.origin, '--at', files.url, '--out', out], { encoding: 'utf8' });
    const policy = printed.match(/Content-Security-Policy: (.*)/)?.[1] ?? '';
    files.page = { 'content-security-policy': `${policy} ${host.origin}`, 'cross-origin-embedder-policy': 'require-corp' };
    const shop = new Host(page, host.origin);
    const logo = page.waitForResponse('**/logos/demo.svg');
    const widget = await shop.open(await server.token(), {}, '/no-policy');
    await expect(widget.row('Demo')).toBeVisible();
    const picture = await logo;
    expect([picture.status(), picture.url()]).toEqual([200, `${server.origin}/logos/demo.svg`]);
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
    await expect.poll(() => lines(page)).toEqual(WHOLE);
  } finally {
    await Promise.all([server.end(), files.end(), host.end()]);
    rmSync(folder, { recursive: true });
  }
});
