// <connect-widget> on a host page, against a stand-in widget.
import type { Page } from '@playwright/test';
import { lines } from './support/host-page';
import { got, INIT, parameters, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { expect, test } from './support/test';

type Element = import('../../sdk/src/element').ConnectWidgetElement;

/** A page on which the element is defined, and whatever it says on its way up to the document is heard. */
async function visit(page: Page, host: string, markup?: string): Promise<void> {
  await page.goto(`${host}/element`);
  await page.evaluate(() => customElements.whenDefined('connect-widget'));
  await page.evaluate((markup) => {
    for (const kind of ['event', 'success', 'error', 'exit'] as const) {
      document.addEventListener(`connect:${kind}`, (event) => window.heard.push([kind, event.detail]));
    }
    if (markup) document.querySelector('main')!.innerHTML = markup;
  }, markup);
}

const one = (page: Page) => page.locator('connect-widget');
const frameOf = (page: Page, at = 0) => widgetFrame(page, at, 'connect-widget iframe');

test('inline: it opens by itself with its attributes, fills the element, and its events rise to the document', { tag: '@every' }, async ({ page, stubbed }) => {
  await visit(page, stubbed.host, `<connect-widget token="the-token" institution="demo" institutions="demo, other" state="s" theme="dark"
    theme-tokens='{"onAccent":"#fff"}' job-types="transactions" allow-change-institution="false" skip-success-screen providers-per-line="1" reconnect="inst_7" title="Your bank"></connect-widget>`);
  const frame = await frameOf(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  expect(parameters(frame.url())).toEqual({
    origin: stubbed.host, mode: 'inline', institution: 'inst_7', provider: 'demo', providers: 'demo,other', state: 's', theme: 'dark', theme_tokens: '{"on-accent":"#fff"}',
    job_types: 'transactions', allow_change_institution: 'false', skip_success_screen: 'true', providers_per_line: '1',
  });
  await expect(page.locator('connect-widget iframe')).toHaveAttribute('title', 'Your bank');
  expect(await page.locator('connect-widget iframe').boundingBox()).toEqual(await one(page).boundingBox());
  expect(await one(page).boundingBox()).toMatchObject({ height: 640 });
  await tell(frame, 'event', { name: 'opened', data: {} });
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['opened', 'success']);
  await expect(page.locator('connect-widget iframe')).toHaveCount(0);
  expect(await one(page).evaluate((element: Element) => element.session)).toBeUndefined();
});

test('each event has a second name without a colon, for templates that take what stands before one for something else', async ({ page, stubbed }) => {
  await visit(page, stubbed.host);
  await page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    for (const kind of ['event', 'success', 'error', 'exit'] as const) document.addEventListener(`connect-${kind}`, ({ type, detail }) => told.push([type, detail]));
    document.querySelector('main')!.innerHTML = '<connect-widget token="the-token"></connect-widget>';
  });
  const frame = await frameOf(page);
  await tell(frame, 'event', { name: 'opened', data: {} });
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => page.evaluate('told')).toEqual([['connect-event', { name: 'opened', data: {} }], ['connect-success', SUCCESS]]);
});

test('a token that comes late is waited for; one that comes later still is the new one', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget></connect-widget>');
  const frame = await frameOf(page);
  expect(await got(frame)).toEqual([]);
  await one(page).evaluate((element: Element) => (element.token = async () => 'the-token'));
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await one(page).evaluate((element: Element) => (element.token = 'newer'));
  await expect.poll(() => got(frame)).toEqual([INIT, { connect_widget: 1, type: 'update', token: 'newer' }]);
});

test('the look changes with its attributes and properties', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget token="the-token"></connect-widget>');
  const frame = await frameOf(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await one(page).evaluate((element: Element) => {
    element.setAttribute('theme', 'dark');
    element.themeTokens = { accent: 'teal' };
    element.lang = 'en';
  });
  const update = { connect_widget: 1, type: 'update' };
  await expect.poll(() => got(frame)).toEqual([INIT, { ...update, theme: 'dark' }, { ...update, theme_tokens: { accent: 'teal' } }, { ...update, lang: 'en' }]);
});

test('modal: it takes no room and opens in a click', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<button>Connect</button><connect-widget mode="modal" token="the-token"></connect-widget>');
  await expect(page.locator('iframe')).toHaveCount(0);
  expect(await one(page).boundingBox()).toBeNull();
  await page.evaluate(() => (document.querySelector('button')!.onclick = () => document.querySelector('connect-widget')!.open()));
  await page.getByRole('button', { name: 'Connect' }).click();
  await expect(page.getByRole('dialog', { name: 'Connect your bank' })).toBeVisible();
  await one(page).evaluate((element: Element) => void (element.open(), element.open()));
  await expect(page.locator('iframe')).toHaveCount(1);
  await one(page).evaluate((element: Element) => element.close());
  expect(await lines(page)).toEqual(['exit host_closed']);
  await expect(page.getByRole('button', { name: 'Connect' })).toBeFocused();
});

test('properties set before the element is defined count', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/plain`);
  await page.evaluate(() => {
    const element = document.body.appendChild(document.createElement('connect-widget'));
    Object.assign(element, { token: 'the-token', institutions: ['a', 'b'] });
  });
  await page.evaluate((url) => void import(url), `${stubbed.widget}/element.mjs`);
  const frame = await frameOf(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  expect(parameters(frame.url()).providers).toBe('a,b');
});

test('defined twice, the first stays', async ({ page, stubbed }) => {
  await visit(page, stubbed.host);
  const isSame = await page.evaluate(async (url) => {
    const first = customElements.get('connect-widget');
    const second = await import(url);
    return first === customElements.get('connect-widget') && first !== second.ConnectWidgetElement;
  }, `${stubbed.widget}/element.mjs?again`);
  expect(isSame).toBe(true);
});

test('moved in the middle the session goes on; nothing is told', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget token="the-token"></connect-widget><section></section>');
  await expect.poll(async () => got(await frameOf(page))).toEqual([INIT]);
  await page.evaluate(() => document.querySelector('section')!.append(document.querySelector('connect-widget')!));
  await expect.poll(async () => got(await frameOf(page)).catch(() => [])).toEqual([INIT]);
  expect(await lines(page)).toEqual([]);
  await tell(await frameOf(page), 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
  await page.evaluate(() => document.querySelector('main')!.append(document.querySelector('connect-widget')!));
  await page.evaluate(() => new Promise(requestAnimationFrame));
  await expect(page.locator('connect-widget iframe'), 'what has ended does not begin again by being moved').toHaveCount(0);
});

test('removed in the middle it is told once on the element; put back it opens again', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget token="the-token"></connect-widget>');
  await expect.poll(async () => got(await frameOf(page))).toEqual([INIT]);
  const told = await one(page).evaluate(async (element: Element) => {
    const told: unknown[] = [];
    for (const kind of ['event', 'success', 'error', 'exit'] as const) element.addEventListener(`connect:${kind}`, ({ type, detail }) => told.push([type, detail]));
    element.remove();
    await new Promise(requestAnimationFrame);
    Object.assign(window, { element });
    return told;
  });
  expect(told).toEqual([['connect:exit', { reason: 'host_closed' }]]);
  await page.evaluate(() => document.querySelector('main')!.append((window as any).element));
  await expect.poll(async () => got(await frameOf(page))).toEqual([INIT]);
});

test('put in and taken away at once, nothing opens', async ({ page, stubbed }) => {
  await visit(page, stubbed.host);
  const calls = await page.evaluate(async () => {
    let calls = 0;
    const element = document.createElement('connect-widget');
    element.token = () => `${calls++}`;
    document.body.append(element);
    element.remove();
    await new Promise(requestAnimationFrame);
    return [calls, element.session];
  });
  expect(calls).toEqual([0, undefined]);
});

test('two on one page: each has its own token and its own end', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget id="a" token="token-0"></connect-widget><connect-widget id="b" token="token-1"></connect-widget>');
  for (const at of [0, 1]) await expect.poll(async () => got(await frameOf(page, at))).toEqual([{ ...INIT, token: `token-${at}` }]);
  await tell(await frameOf(page, 0), 'exit', { data: { reason: 'user_closed' } });
  await expect(page.locator('#a iframe')).toHaveCount(0);
  await expect(page.locator('#b iframe')).toHaveCount(1);
  expect(await lines(page)).toEqual(['exit user_closed']);
});

test('destroyed by the page it tells nobody, and opens again', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget token="the-token"></connect-widget>');
  await expect.poll(async () => got(await frameOf(page))).toEqual([INIT]);
  expect(await one(page).evaluate(async (element: Element) => {
    const { session } = element;
    session!.destroy();
    await session!.result;
    return [element.session, element.open() === session];
  })).toEqual([undefined, false]);
  await expect.poll(async () => got(await frameOf(page)).catch(() => [])).toEqual([INIT]);
  expect(await lines(page)).toEqual([]);
});

test('a session that ended while it waited for a token takes nothing from the next one', async ({ page, stubbed }) => {
  await visit(page, stubbed.host, '<connect-widget></connect-widget>');
  await frameOf(page);
  await one(page).evaluate((element: Element) => {
    element.close();
    element.token = 'the-token';
    element.open();
  });
  const frame = await frameOf(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await one(page).evaluate((element: Element) => (element.token = 'newer'));
  await expect.poll(() => got(frame)).toEqual([INIT, { connect_widget: 1, type: 'update', token: 'newer' }]);
});
