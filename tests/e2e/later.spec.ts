// connect.js opens at once; what it needs from then on it fetches then, and what came meanwhile is not lost.
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { heard, lines } from './support/host-page';
import { got, INIT, open, payButton, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { expect, type Stubbed, test } from './support/test';

const LATER = '**/v*/later.mjs?*';
const dialog = (page: Page) => page.getByRole('dialog');

/** Requests for the second file, from now on. */
function asked(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('later')) asked.push(request.url().replace(/^https?:\/\/[^/]+/, ''));
  });
  return asked;
}

/** Keeps the second file back until it is let go. */
async function hold(page: Page): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(LATER, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test('it is fetched once, when something is opened, under the address of its version', { tag: '@every' }, async ({ page, stubbed }) => {
  const requests = asked(page);
  await page.goto(stubbed.host);
  await expect(payButton(page)).toBeVisible();
  expect(requests).toEqual([]);
  for (const times of [1, 2]) {
    await payButton(page).click();
    await tell(await widgetFrame(page), 'exit', { data: { reason: 'user_closed' } });
    await expect.poll(async () => (await lines(page)).length).toBe(times);
  }
  expect(requests).toEqual([expect.stringMatching(/^\/v\d+\.\d+\.\d+\/later\.mjs\?[0-9a-f]+$/)]);
});

test('a module has it already', async ({ page, stubbed }) => {
  const requests = asked(page);
  await tell(await open(page, `${stubbed.host}/module`), 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
  expect(requests).toEqual([]);
});

for (const mode of ['modal', 'inline', 'popup'] as const) {
  test(`${mode}: open before it is there; what was said and asked for meanwhile counts`, async ({ page, stubbed }) => {
    const release = await hold(page);
    await page.goto(`${stubbed.host}/slots`);
    await page.evaluate((mode) => {
      window.options = { mode, ...(mode === 'inline' && { container: '#slot' }), token: () => ((window as any).wasAsked = true) && 'the-token' };
    }, mode);
    const opened = mode === 'popup' && page.waitForEvent('popup');
    await payButton(page).click();
    const popup = await opened;
    const frame = popup || (await widgetFrame(page, 0, mode === 'inline' ? '#slot iframe' : 'dialog iframe'));
    await expect.poll(() => got(frame).catch(() => undefined)).toEqual([]);
    expect(await page.evaluate(() => (window as any).wasAsked)).toBe(true);
    await page.evaluate(() => window.session.update({ theme: 'dark' }));
    expect(await page.evaluate(() => window.session.back())).toBe(false);
    release();
    await expect.poll(() => got(frame)).toEqual([INIT, { connect_widget: 1, type: 'update', theme: 'dark' }]);
    await tell(frame, 'success', { data: SUCCESS });
    await expect.poll(() => lines(page)).toEqual(['success']);
  });
}

test('closed before it is there: one exit, and nothing comes afterwards', async ({ page, stubbed }) => {
  const release = await hold(page);
  await page.goto(stubbed.host);
  await payButton(page).click();
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(() => lines(page)).toEqual(['exit user_closed']);
  const came = page.waitForResponse(LATER);
  release();
  await came;
  await payButton(page).click();
  await tell(await widgetFrame(page), 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['exit user_closed', 'success']);
  await expect(dialog(page)).toHaveCount(0);
});

test('what the page takes away before it is there has ended', async ({ page, stubbed }) => {
  const release = await hold(page);
  await page.goto(stubbed.host);
  await payButton(page).click();
  await expect(dialog(page)).toBeVisible();
  await page.evaluate(() => document.querySelector('dialog')!.remove());
  release();
  await expect.poll(() => lines(page)).toEqual(['exit host_closed']);
});

test.describe('it cannot be had', () => {
  test.use({ expectedNoise: [/later\.mjs|net::ERR_FAILED/] });

  test('the page is told at once, and is as it was', { tag: '@every' }, async ({ page, stubbed }) => {
    await page.route(LATER, (route) => route.abort());
    await page.goto(stubbed.host);
    await page.evaluate(() => window.ConnectWidget.preload());
    await payButton(page).click();
    await expect.poll(async () => (await heard(page)).at(-1)).toEqual(['error', { code: 'widget_unreachable', message: expect.stringContaining('did not load') }]);
    await expect(page.locator('dialog, iframe')).toHaveCount(0);
  });

  for (const [what, integrity] of [['the right', (text: Buffer) => createHash('sha384').update(text).digest('base64')], ['a wrong', () => 'A'.repeat(64)]] as const) {
    test(`an import map that pins it to ${what} value`, async ({ page, stubbed }) => {
      await pinned(page, stubbed, integrity);
      await payButton(page).click();
      if (what === 'a wrong') return expect.poll(() => lines(page)).toEqual(['error widget_unreachable']);
      await tell(await widgetFrame(page), 'success', { data: SUCCESS });
      await expect.poll(() => lines(page)).toEqual(['success']);
    });
  }
});

/** A page that names what the second file is checked by. */
async function pinned(page: Page, { host, widget }: Stubbed, integrity: (text: Buffer) => string): Promise<void> {
  const { files } = JSON.parse(await (await page.request.get(`${widget}/connect.json`)).text());
  const later = widget + files['later.mjs'].path;
  const map = { integrity: { [later]: `sha384-${integrity(await (await page.request.get(later)).body())}` } };
  await page.goto(`${host}/no-policy`);
  await page.evaluate((map) => {
    const script = Object.assign(document.createElement('script'), { type: 'importmap', textContent: JSON.stringify(map) });
    document.head.append(script);
  }, map);
}

test('a page that has connect.js in a script of its own has the rest from the widget', async ({ page, stubbed }) => {
  const { host, widget } = stubbed;
  const content = await (await page.request.get(`${widget}/connect.js`)).text();
  await page.goto(`${host}/no-policy`);
  await page.evaluate(() => Reflect.deleteProperty(window, 'ConnectWidget'));
  await page.addScriptTag({ content });
  await page.evaluate((url) => (window.options = { url }), widget);
  await payButton(page).click();
  await tell(await widgetFrame(page), 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
});

test('a policy of nonces alone lets it in, for it lets its asker in', { tag: '@every' }, async ({ page, stubbed }) => {
  await tell(await open(page, `${stubbed.host}/nonces`), 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
});
