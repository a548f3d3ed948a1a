// Whose page is it: a widget in another page than its address names does not run, an origin that is none is said, a link
// says whose app it is; and whoever is there rightly notices none of it.
import type { Page, Request } from '@playwright/test';
import { hostPages, lines, reload } from './support/host-page';
import { BankSite } from './support/bank-site';
import { expect, test } from './support/test';
import { WebServer } from './support/web-server';
import { Widget } from './support/widget';

const frame = (page: Page, src: string) =>
  page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, width: 420, height: 680 })), src);
const said = (page: Page) => page.evaluate(() => window.raw.length);

/** The calls of the API that the widget makes. */
function calls(page: Page): Request[] {
  const seen: Request[] = [];
  page.context().on('request', (request) => /\/v1\//.test(request.url()) && seen.push(request));
  return seen;
}

test.describe('in another page', () => {
  // The browser's own word on the message that is posted to the page that the address names.
  test.use({ expectedNoise: [/Failed to execute 'postMessage'|^error: Connect Widget: origin=http:\S+ is not the page around, http:\S+\. /] });

  for (const bound of [false, true]) {
    for (const along of [false, true]) {
      const how = `${bound ? 'a token that is bound' : 'a token that is not bound'}, ${along ? 'in the address' : 'by message'}`;
      test(`no session, and not a word: ${how}`, async ({ page, server, host }) => {
        const other = await WebServer.start(hostPages(() => server.origin));
        try {
          const token = await server.token(bound ? { origin: host } : {});
          const seen = calls(page);
          await page.goto(`${other.origin}/plain`);
          await frame(page, `${server.origin}/#${along ? `token=${token}&` : ''}origin=${encodeURIComponent(host)}`);
          const widget = new Widget(page.frameLocator('iframe'));
          await expect(widget.title('This page can’t be opened from here')).toBeVisible();
          await page.evaluate(
            ([token, to]) => frames[0]!.postMessage({ connect_widget: 1, type: 'init', token }, to!),
            [token, server.origin],
          );
          await widget.close.click();
          await expect(widget.title('Go back to the app')).toBeVisible();
          expect(seen).toEqual([]);
          expect(await said(page)).toBe(0);
        } finally {
          await other.end();
        }
      });
    }
  }
});

test.describe('an origin that is none', () => {
  // The page's own, written as it is not.
  const odds: [string, (host: string) => string][] = [
    ['null', () => 'null'],
    ['*', () => '*'],
    ['nothing', () => ''],
    ['capitals', (host) => host.toUpperCase()],
    ['a slash at its end', (host) => `${host}/`],
    ['a path', (host) => `${host}/pay`],
  ];
  for (const [name, write] of odds) {
    test(`${name}: it is said, to the user and to the developer`, async ({ page, server, host }) => {
      const odd = write(host);
      const seen = calls(page);
      const told: string[] = [];
      page.on('console', (message) => told.push(message.text()));
      await page.goto(`${host}/plain`);
      await frame(page, `${server.origin}/?origin=${encodeURIComponent(odd)}#token=${await server.token()}`);
      const widget = new Widget(page.frameLocator('iframe'));
      await expect(widget.title('This page can’t be opened this way')).toBeVisible();
      await expect(widget.alert).toHaveText(/wrong address for itself\. Its developers can fix that/);
      expect(told).toEqual([expect.stringContaining(`origin=${odd} is no origin`)]);
      expect(told[0]).toMatch(/https:\/\/shop\.example.*docs\/embed\.md/);
      expect(seen).toEqual([]);
      expect(await said(page)).toBe(0);
    });
  }

  test.use({ expectedNoise: [/^error: Connect Widget: origin=.* is no origin/] });
});

test.describe('a token that is bound to the page', () => {
  for (const mode of ['modal', 'inline', 'popup'] as const) {
    test(`works with connect(), ${mode}, also when the widget is loaded anew`, async ({ page, server, host }) => {
      await page.goto(`${host}/slots`);
      const options = { token: await server.token({ origin: host }), mode, container: mode === 'inline' ? '#slot' : undefined };
      await page.evaluate((options) => (window.options = options), options);
      const opened = mode === 'popup' && page.waitForEvent('popup');
      await page.getByRole('button', { name: 'Pay by bank' }).click();
      const popup = await opened;
      const widget = new Widget(popup || page.frameLocator(mode === 'inline' ? '#slot iframe' : 'dialog iframe'));
      await expect(widget.search).toBeVisible();
      await expect(widget.frame.getByText(/opened this page from a link/)).toHaveCount(0);
      const inside = popup || page.frames().find((frame) => frame.url().startsWith(server.origin))!;
      await reload(page, inside);
      await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
      const [bank] = await Promise.all([page.context().waitForEvent('page'), widget.button(/^Continue to/).click()]);
      await new BankSite(bank).allow();
      await widget.finish('OAuth Bank');
      await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
    });
  }

  test('works in the element', async ({ page, server, host }) => {
    await page.goto(`${host}/element`);
    const token = await server.token({ origin: host });
    await page.evaluate((token) => {
      document.querySelector('main')!.innerHTML = '<connect-widget></connect-widget>';
      Object.assign(document.querySelector('connect-widget')!, { token });
    }, token);
    await expect(new Widget(page.frameLocator('connect-widget iframe')).search).toBeVisible();
  });

  test.describe('which the console says', () => {
    test.use({ expectedNoise: [/no origin, so your page hears nothing/] });

    test('works in a frame whose address names no origin, which is told nothing', async ({ page, server, host }) => {
      await page.goto(`${host}/plain`);
      await frame(page, `${server.origin}/#token=${await server.token({ origin: host })}`);
      const widget = new Widget(page.frameLocator('iframe'));
      await widget.loginToDemo('wealthica', 'wealthica');
      await expect(widget.title('Demo is connected')).toBeVisible();
      expect(await said(page)).toBe(0);
    });
  });

  test('comes back from a bank without a second window', async ({ page, server, host, shop }) => {
    const options = { oauth: 'redirect', redirectUri: `${host}/back` };
    const token = () => server.token({ user_id: 'bound', origin: host });
    const widget = await shop.open(await token(), options);
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    await widget.button(/^Continue to/).click();
    await page.waitForURL(/\/sandbox\/oauth-bank\//);
    await new BankSite(page).allow();
    await page.waitForURL(/\/back\?connect_resume=/);
    await page.evaluate((options) => (window.options = { ...options, resume: location.href }), { token: await token(), ...options });
    await page.getByRole('button', { name: 'Pay by bank' }).click();
    await widget.finish('OAuth Bank');
  });
});

test('a page alone says whose app it is up to the end of the login, to a screen reader too', async ({ page, server }) => {
  await page.goto(`${server.origin}/#token=${await server.token()}`);
  const widget = new Widget(page);
  const notice = page.getByRole('status').filter({ hasText: /opened this page from a link/ });
  await expect(notice).toHaveText(/It connects your bank to .*\. Continue only if you came from there and trust it\./);
  await widget.loginToDemo('wealthica', 'anything');
  await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
  await expect(notice).toBeVisible();
  await widget.pick('Ruby');
  await expect(widget.title('Demo is connected')).toBeVisible();
  await expect(notice).toHaveCount(0);
});
