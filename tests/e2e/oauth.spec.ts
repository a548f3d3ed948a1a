// Banks that log in at their own site: every answer, every road back, and every way in which a window can fail.
import { BankSite } from './support/bank-site';
import { lines } from './support/host-page';
import { expect, test } from './support/test';
import { told, Widget } from './support/widget';

const OPENED = [...told.opened, 'institution_selected', 'screen_shown oauth'];
const RETURNED = ['oauth_returned', 'screen_shown connecting'];

test('allowed: the window closes by itself and the bank is connected', { tag: '@every' }, async ({ shop, server, context }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await expect(widget.button(/window again/)).toBeVisible();
  const closed = bank.page.waitForEvent('close');
  await bank.allow();
  await closed;
  await widget.finish('OAuth Bank');
  await shop.wasTold(...OPENED, 'oauth_opened', ...RETURNED, ...told.connected, 'success');
});

for (const [answer, title, code] of [
  ['Deny', /Access wasn.t allowed/, 'oauth_denied'],
  ['Answer with server_error', /OAuth Bank/, 'oauth_error'],
  ['Answer with temporarily_unavailable', /OAuth Bank/, 'oauth_unavailable'],
] as const) {
  test(`${answer}: words of its own, and once more works`, { tag: '@every' }, async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    const bank = await BankSite.of(widget, context);
    await bank.login();
    await bank.button(answer).click();
    await expect(widget.title(title)).toBeVisible();
    await expect.poll(() => lines(shop.page)).toContain(`failed ${code}`);
    await widget.button('Try again').click();
    const again = await BankSite.of(widget, context);
    await again.allow();
    await widget.finish('OAuth Bank');
    await expect.poll(async () => (await lines(shop.page)).filter((line) => /^(success|error|exit)/.test(line))).toEqual(['success']);
  });
}

test('denied and closed: the host is told an exit with its reason', { tag: '@every' }, async ({ shop, server, context }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await bank.login();
  await bank.button('Deny').click();
  await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
  await widget.close.click();
  await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('exit denied_oauth');
});

test('the window closed by hand: noticed within a second, and opened again', { tag: '@every' }, async ({ shop, server, context }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await expect(bank.page.getByLabel('Username')).toBeVisible();
  await bank.page.close();
  await expect(widget.frame.getByText(/Still logging in at OAuth Bank/)).toBeVisible({ timeout: 1_000 });
  const again = await BankSite.openedBy(context, () => widget.button(/window again/).click());
  await again.allow();
  await widget.finish('OAuth Bank');
});

test('the window closed by hand: another bank instead', async ({ shop, server, context }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await bank.page.close();
  await expect(widget.frame.getByText(/Still logging in at OAuth Bank/)).toBeVisible();
  await widget.button(/another/i).click();
  await widget.loginToDemo('wealthica', 'wealthica');
  await widget.finish('Demo');
});

test('a bank that cuts the tie to its window, in a page of another site: the answer comes all the same', { tag: '@every' }, async ({ shop, server, context }) => {
  const elsewhere = server.origin.replace('127.0.0.1', 'localhost');
  const widget = await shop.open(await server.token(), { url: elsewhere }, '/any-frames');
  await widget.choose('isolated', 'OAuth Bank (isolated)', 'Log in at OAuth Bank (isolated)');
  const bank = await BankSite.of(widget, context);
  await bank.allow();
  await widget.finish('OAuth Bank (isolated)');
  await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('success');
});

test.describe('a browser that opens no window', () => {
  test.beforeEach(({ context }) => context.addInitScript(() => (window.open = () => null)));

  test('says so at once, and a link opens it', { tag: '@every' }, async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    await widget.button(/^Continue to/).click();
    await expect(widget.title('Finish logging in at OAuth Bank')).toBeVisible();
    const link = widget.frame.getByRole('link', { name: /OAuth Bank/ });
    const bank = await BankSite.openedBy(context, () => link.click());
    await bank.allow();
    await widget.finish('OAuth Bank');
    await shop.wasTold(...OPENED, 'oauth_opened', 'oauth_blocked', ...RETURNED, ...told.connected, 'success');
  });

  test('another browser logs in: the answer comes by the server', async ({ shop, server, browser }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    await widget.button(/^Continue to/).click();
    const link = widget.frame.getByRole('link', { name: /OAuth Bank/ });
    const address = (await link.getAttribute('href'))!;
    const other = await browser.newContext();
    const page = await other.newPage();
    // Where the person goes on in another app, the link is followed all the same.
    await link.evaluate((link) => link.addEventListener('click', (event) => event.preventDefault()));
    await link.click();
    await page.goto(address);
    await new BankSite(page).allow();
    await widget.finish('OAuth Bank');
    await other.close();
  });
});

test('answers to other logins are nothing: by message, by channel, replayed', async ({ shop, server, context, page }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await expect(widget.button(/window again/)).toBeVisible();
  const frame = page.frames().find((frame) => frame.url().startsWith(server.origin))!;
  await frame.evaluate(() => {
    const foreign = [null, 1, 'x', {}, { connect_oauth: 1 }, { connect_oauth: 1, state: 'e30=', code: 'stolen' }, { connect_oauth: 1, state: 7, error: {} }];
    const channel = new BroadcastChannel('connect-oauth');
    for (const message of foreign) {
      channel.postMessage(message);
      postMessage(message, origin);
    }
  });
  await page.evaluate((widget) => document.querySelector('iframe')!.contentWindow!.postMessage({ connect_oauth: 1, state: 'e30=', code: 'x' }, widget), server.origin);
  await expect(widget.button(/window again/)).toBeVisible();
  await bank.allow();
  await widget.finish('OAuth Bank');
  const ends = (await lines(page)).filter((line) => /^(failed|oauth_returned)/.test(line));
  expect(ends).toEqual(['oauth_returned']);
});

test('without windows, in a frame: the page goes to the bank, comes back and goes on', { tag: '@every' }, async ({ shop, server, host, page }) => {
  const token = await server.token();
  const options = { oauth: 'redirect', redirectUri: `${host}/back` };
  const widget = await shop.open(token, options);
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  await widget.button(/^Continue to/).click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  await new BankSite(page).allow();
  await page.waitForURL(/\/back\?connect_resume=/);
  await page.evaluate(({ token, options }) => (window.options = { token, ...options, resume: location.href }), { token, options });
  await page.getByRole('button', { name: 'Pay by bank' }).click();
  await widget.finish('OAuth Bank');
  await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
});

test('without windows, alone in its window: to the bank and back into the same step', { tag: '@every' }, async ({ server, page, context }) => {
  await page.goto(`${server.origin}/?oauth=redirect&theme=dark#token=${await server.token()}`);
  const widget = new Widget(page);
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  await widget.button(/^Continue to/).click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  await new BankSite(page).allow();
  await expect(widget.title('OAuth Bank is connected')).toBeVisible();
  expect(context.pages()).toHaveLength(1);
  expect(page.url()).not.toContain('token');
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await widget.done.click();
  await page.waitForURL(/\/connected\?institution=/);
});

test('without windows, alone: denied there is said here', async ({ server, page }) => {
  await page.goto(`${server.origin}/?oauth=redirect#token=${await server.token()}`);
  const widget = new Widget(page);
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  await widget.button(/^Continue to/).click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  const bank = new BankSite(page);
  await bank.login();
  await bank.button('Deny').click();
  await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
  await widget.button('Try again').click();
  await widget.button(/^Continue to/).click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  await new BankSite(page).allow();
  await expect(widget.title('OAuth Bank is connected')).toBeVisible();
});
