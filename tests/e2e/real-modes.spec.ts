// connect() and the real widget, in every mode, with what a page can do to an open session.
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { heard, lines, reload } from './support/host-page';
import { payButton } from './support/stubbed';
import { expect, test } from './support/test';
import { told, Widget } from './support/widget';

const WHOLE = [...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success'];

async function connectDemo(widget: Widget): Promise<void> {
  await widget.loginToDemo('wealthica', 'wealthica');
  await widget.finish('Demo');
}

/** Opens it by the page's button, in a frame of that selector. */
async function open(page: Page, address: string, options: object, selector = 'dialog iframe'): Promise<Widget> {
  await page.goto(address);
  await page.evaluate((options) => (window.options = options), options);
  await payButton(page).click();
  return new Widget(page.frameLocator(selector));
}

for (const [what, container, selector] of [
  ['a container', '#slot', '#slot iframe'],
  ["the page's own iframe", '#own', '#own'],
] as const) {
  test(`inline in ${what}: the focus is not taken, and a whole connection`, { tag: '@every' }, async ({ page, server, host }) => {
    const widget = await open(page, `${host}/slots`, { token: await server.token(), container }, selector);
    await expect(widget.search).toBeVisible();
    await expect.poll(() => lines(page)).toEqual(told.opened);
    await expect(payButton(page)).toBeFocused();
    await connectDemo(widget);
    await expect.poll(() => lines(page)).toEqual(WHOLE);
    await expect(payButton(page), 'where it was before').toBeFocused();
  });

  test(`inline in ${what}: Escape closes when the focus is in it`, async ({ page, server, host }) => {
    const widget = await open(page, `${host}/slots`, { token: await server.token(), container }, selector);
    await expect(widget.search).toBeVisible();
    await page.keyboard.press('Escape');
    await widget.chooseDemo();
    await widget.username.press('Escape');
    await expect.poll(async () => (await lines(page)).at(-1)).toBe('exit user_closed');
    expect((await lines(page)).filter((line) => line.startsWith('exit'))).toHaveLength(1);
  });
}

test('popup: a whole connection', { tag: '@every' }, async ({ page, server, host }) => {
  await page.goto(host);
  const token = await server.token();
  await page.evaluate((token) => (window.options = { token, mode: 'popup' }), token);
  const [opened] = await Promise.all([page.waitForEvent('popup'), payButton(page).click()]);
  const closed = opened.waitForEvent('close');
  const widget = new Widget(opened);
  await widget.loginToDemo('wealthica', 'wealthica');
  // Firefox's driver tells it as an error that the click has closed its own window.
  await widget.finish('Demo').catch((error) => {
    if (!opened.isClosed()) throw error;
  });
  await closed;
  await expect.poll(() => lines(page)).toEqual(WHOLE);
});

test('popup: in a page that cuts the tie to its windows (COOP) it opens in the page, and no window stays', async ({ page, context, server, host }) => {
  await page.goto(`${host}/isolated`);
  const token = await server.token();
  await page.evaluate((token) => (window.options = { token, mode: 'popup' }), token);
  await payButton(page).click();
  await connectDemo(new Widget(page.frameLocator('dialog iframe')));
  await expect.poll(() => lines(page)).toEqual(WHOLE);
  await expect.poll(() => context.pages().length).toBe(1);
});

test('what the address says is there after a reload of the frame, and no token is', async ({ page, server, host }) => {
  const token = await server.token();
  const state = 'x'.repeat(9000);
  const widget = await open(page, host, { token, state, institution: 'demo', themeTokens: { accent: 'rgb(1, 2, 3)' } });
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await reload(page, page.frames()[1]!);
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await expect(widget.button('Log in')).toHaveCSS('background-color', 'rgb(1, 2, 3)');
  const byHand = `${server.origin}/?origin=${encodeURIComponent(host)}#mode=inline&token=${token}&theme=dark`;
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, id: 'hand' })), byHand);
  await expect.poll(() => page.frames().at(-1)!.url()).toBe(`${server.origin}/?origin=${encodeURIComponent(host)}#mode=inline&theme=dark`);
  await widget.login('wealthica', 'wealthica');
  await widget.finish('Demo');
  await expect.poll(async () => (await heard(page)).at(-1)).toMatchObject(['success', { state }]);
});

test('the script of a version, checked by its integrity value, does the same', async ({ page, server, host, request }) => {
  const { files } = await (await request.get(`${server.origin}/connect.json`)).json();
  await page.goto(`${host}/plain`);
  const { path, integrity } = files['connect.js'];
  await page.evaluate(
    ([src, integrity]) =>
      new Promise((resolve, reject) => {
        document.head.append(Object.assign(document.createElement('script'), { src, integrity, crossOrigin: 'anonymous', onload: resolve, onerror: reject }));
      }),
    [server.origin + path, integrity] as const,
  );
  const token = await server.token();
  await page.evaluate((token) => void window.start({ token }), token);
  await expect(new Widget(page.frameLocator('dialog iframe')).search).toBeVisible();
});

test('skipSuccessScreen: success comes as soon as the connection stands', { tag: '@every' }, async ({ page, server, host }) => {
  const widget = await open(page, host, { token: await server.token(), skipSuccessScreen: true });
  await widget.loginToDemo('wealthica', 'wealthica');
  await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
  expect(await lines(page)).toContain('connected');
  expect(await lines(page)).not.toContain('screen_shown success');
});

test('back() goes back as long as there is a step', async ({ page, server, host }) => {
  const widget = await open(page, host, { token: await server.token() });
  await widget.chooseDemo();
  const back = () => page.evaluate(() => window.session.back());
  expect(await back()).toBe(true);
  await expect(widget.search).toBeVisible();
  expect(await back()).toBe(false);
  expect(await page.evaluate(() => window.session.ready)).toBe(true);
});

test('update(): theme and tokens of the theme change the open widget, and stay when it is reloaded', { tag: '@every' }, async ({ page, server, host }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const widget = await open(page, host, { token: await server.token(), themeTokens: { accent: 'rgb(1, 2, 3)' } });
  await widget.chooseDemo();
  const button = widget.button('Log in');
  await expect(button).toHaveCSS('background-color', 'rgb(1, 2, 3)');
  await page.evaluate(() => window.session.update({ theme: 'dark', themeTokens: { accent: { light: 'rgb(4, 5, 6)', dark: 'rgb(7, 8, 9)' } } }));
  await expect(button).toHaveCSS('background-color', 'rgb(7, 8, 9)');
  await reload(page, page.frames()[1]!);
  await widget.chooseDemo();
  await expect(button).toHaveCSS('background-color', 'rgb(7, 8, 9)');
});

test('reconnect() goes to the bank of a connection that there is', async ({ page, server, host }) => {
  const user = 'sdk-reconnect';
  const mark = createHash('sha256').update(`demo\n${user}`).digest('hex').slice(0, 24);
  const token = await server.token({ user_id: user });
  await page.goto(host);
  await page.evaluate(([id, token]) => {
    const session = window.ConnectWidget.reconnect(id, { token });
    Object.assign(window, { session });
    session.onConnection((institution, { provider }) => window.heard.push(['success', { code: `${institution} ${provider}` }]));
  }, [`reconnect-${mark}`, token] as const);
  const widget = new Widget(page.frameLocator('dialog iframe'));
  await widget.login('user_good', 'x');
  await widget.finish('Reconnect Bank');
  await expect.poll(() => heard(page)).toEqual([['success', { code: expect.stringMatching(`reconnect-${mark} .+`) }]]);
});

test('after preload() the program comes from the cache', async ({ page, server, host }) => {
  await page.goto(host);
  await page.evaluate(() => window.ConnectWidget.preload());
  await expect(page.locator('iframe')).toHaveCount(0);
  const token = await server.token();
  await page.evaluate((token) => (window.options = { token }), token);
  await payButton(page).click();
  await expect(new Widget(page.frameLocator('dialog iframe')).search).toBeVisible();
  const sent = () =>
    page.frames()[1]!.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(({ name }) => name.endsWith('.wasm')).map(({ transferSize }) => transferSize));
  // Both parts.
  await expect.poll(sent).toEqual([0, 0]);
  expect(await lines(page)).toEqual(told.opened);
});
