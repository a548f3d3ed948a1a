// Things go wrong: the widget says so in words, tries again by itself, and goes on where it was.
import { ConnectServer } from './support/connect-server';
import { lines } from './support/host-page';
import { hostPages } from './support/host-page';
import { expect, test } from './support/test';
import { WebServer } from './support/web-server';
import { told, Widget } from './support/widget';

const API = '**/v1/**';

test('without a token and without a host: a page that says what to do', async ({ page, server }) => {
  await page.goto(server.origin);
  await expect(new Widget(page).title(/can.t be opened/)).toBeVisible();
});

test.describe('answers that are no', () => {
  test.use({ expectedNoise: [/status of (401|403|404)/] });

  test('a token that is none: said, and the host is told when it is left', async ({ shop, page }) => {
    const widget = await shop.open('no-such-token');
    await expect(widget.title(/can.t be opened/)).toBeVisible();
    await widget.close.click();
    await expect.poll(async () => (await lines(page)).at(-1)).toBe('error invalid_token');
  });

  test('a token that has expired: said, and the host is told', async ({ page }) => {
    const server = await ConnectServer.start('--token-ttl', '1');
    const host = await WebServer.start(hostPages(() => server.origin));
    try {
      const token = await server.token();
      await expect
        .poll(async () => (await fetch(`${server.origin}/v1/session`, { headers: { authorization: `Bearer ${token}` } })).status)
        .toBe(401);
      await page.goto(host.origin);
      await page.evaluate((token) => (window.options = { token }), token);
      await page.getByRole('button', { name: 'Pay by bank' }).click();
      const widget = new Widget(page.frameLocator('iframe'));
      await expect(widget.title(/session has ended/)).toBeVisible();
      await widget.close.click();
      await expect.poll(async () => (await lines(page)).at(-1)).toBe('error session_expired');
    } finally {
      await host.end();
      await server.end();
    }
  });

  test('an unknown bank was preselected: said, and the list is one press away', async ({ shop, server }) => {
    const widget = await shop.open(await server.token(), { institution: 'no-such-bank' });
    await expect(widget.title(/can.t find this bank/)).toBeVisible();
    await widget.button(/another bank/).click();
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
    await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('success');
    expect(await lines(shop.page)).toContain('failed unknown_provider');
  });

  test('an unknown bank, and no list to choose another one from: no word of a list, and the way back', async ({ shop, server }) => {
    const widget = await shop.open(await server.token({ allow_change_institution: false }), { institution: 'no-such-bank' });
    await expect(widget.title(/can.t find this bank/)).toBeVisible();
    await expect(widget.alert).toHaveText('It may have a new name, or it may not be available here.');
    await expect(widget.button(/another bank/)).toHaveCount(0);
    await widget.button(/Back to/).click();
    await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('error unknown_provider');
  });
});

test('a preselected bank is shown at once, and the way back leads to the list', async ({ shop, server }) => {
  const widget = await shop.open(await server.token(), { institution: 'demo' });
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await widget.back.click();
  await expect(widget.search).toBeVisible();
});

test.describe('a program that does not load', () => {
  test.use({ expectedNoise: [/Failed to load resource|page error/] });

  test('is said, with a way out that tells the host', async ({ shop, server, context }) => {
    await context.route('**/*_bg.wasm', (route) => route.fulfill({ status: 500 }));
    const widget = await shop.open(await server.token());
    await expect(widget.alert).toHaveText(/didn.t load completely/);
    await widget.close.click();
    await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('error widget_unreachable');
    await expect(shop.page.locator('iframe')).toHaveCount(0);
  });
});

test.describe('leaving with the X while it connects', () => {
  test('removes the connection that nobody asked for any more', async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    const removed = context.waitForEvent('request', (request) => request.method() === 'DELETE');
    const polled = context.waitForEvent('request', (request) => request.url().includes('/poll'));
    await widget.loginToDemo('wealthica', 'wait-login-60000');
    const poll = await polled;
    await widget.close.click();
    const id = new URL(poll.url()).pathname.split('/').at(-2);
    expect(new URL((await removed).url()).pathname).toBe(`/v1/institutions/${id}`);
    await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('exit user_closed');
  });
});

test.describe('outages', () => {
  test.use({ expectedNoise: [/Failed to load resource/] });

  test('at the start: said, tried again, and it opens', async ({ shop, server, page }) => {
    await page.route(API, (route) => route.abort('connectionrefused'));
    const widget = await shop.open(await server.token());
    await expect(widget.frame.getByText(/can.t reach our server/)).toBeVisible();
    await page.unroute(API);
    await expect(widget.search).toBeVisible();
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });

  test('answers of 500 at the start: said, tried again, and it opens', async ({ shop, server, page }) => {
    await page.route(API, (route) => route.fulfill({ status: 500, body: '<h1>Internal error</h1>' }));
    const widget = await shop.open(await server.token());
    await expect(widget.frame.getByText(/isn.t working on our side/)).toBeVisible();
    await page.unroute(API);
    await expect(widget.search).toBeVisible();
  });

  test('in the middle of the sync: said, tried again, and it goes on where it was', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'wait-login-3000');
    await expect(widget.title('Connecting to Demo')).toBeVisible();
    await page.route('**/poll?*', (route) => route.abort('connectionreset'));
    await expect(widget.frame.getByText(/can.t reach our server/)).toBeVisible();
    await page.unroute('**/poll?*');
    await widget.finish('Demo');
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });

  test('while an answer is sent: said, and the question is still there to answer', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'x');
    await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    await page.route(API, (route) => route.abort('connectionreset'));
    await widget.pick('Ruby');
    await expect(widget.alert).toBeVisible();
    await page.unroute(API);
    await widget.pick('Ruby');
    await widget.finish('Demo');
    await expect.poll(async () => (await lines(page)).filter((line) => /^(success|error|exit)/.test(line))).toEqual(['success']);
  });

  test('a server that is gone and comes back: it says so, and the sync goes on to its end', async ({ page }) => {
    const server = await ConnectServer.start();
    const host = await WebServer.start(hostPages(() => server.origin));
    try {
      await page.goto(host.origin);
      await page.evaluate((token) => (window.options = { token }), await server.token());
      await page.getByRole('button', { name: 'Pay by bank' }).click();
      const widget = new Widget(page.frameLocator('iframe'));
      await widget.loginToDemo('wealthica', 'wait-login-4000');
      await expect(widget.title('Connecting to Demo')).toBeVisible();
      await expect(widget.frame.getByRole('listitem').filter({ hasText: 'Logging in' })).toBeVisible();
      await server.down();
      await expect(widget.frame.getByText(/can.t reach our server/)).toBeVisible();
      await server.up();
      await expect(widget.title('Demo is connected')).toBeVisible({ timeout: 20_000 });
      await widget.done.click();
      await expect.poll(async () => (await lines(page)).filter((line) => /^(success|error|exit)/.test(line))).toEqual(['success']);
    } finally {
      await host.end();
      await server.end();
    }
  });
});
