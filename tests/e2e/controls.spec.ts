// What a page can do with a session besides opening it, against a stand-in widget.
import type { Page } from '@playwright/test';
import { heard, lines } from './support/host-page';
import { got, INIT, open, parameters, payButton, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { named } from './support/stub-widget';
import { expect, test } from './support/test';

const asked = (page: Page) => page.evaluate(() => document.querySelector('iframe')!.src).then(parameters);

test('reconnect() names the connection, resume() where the user comes back from', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => void window.ConnectWidget.reconnect('inst_7', { token: 't', institution: 'demo' }));
  expect(await asked(page)).toEqual({ origin: stubbed.host, institution: 'inst_7', provider: 'demo' });
  await page.goto(`${stubbed.host}/back?connect_resume=n1&a=b`);
  await page.evaluate(() => void window.ConnectWidget.resume(location.href, { token: 't' }));
  expect(await asked(page)).toEqual({ origin: stubbed.host, resume: 'n1' });
});

test('ready: once the widget can be used, or false at an earlier end', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  const settled = () => page.evaluate(() => Promise.race([window.session.ready, Promise.resolve('not yet')]));
  expect(await settled()).toBe('not yet');
  await tell(frame, 'event', { name: 'opened', data: {} });
  await expect.poll(settled).toBe(true);
  expect(await page.evaluate(() => (window.session.close(), window.start(), window.session.close(), window.session.ready))).toBe(false);
});

test('update() changes the open widget, also one that is not there yet, and one that is reloaded', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => window.start({ theme: 'light' }).update({ theme: 'dark', lang: 'en' }));
  const frame = await widgetFrame(page);
  const early = { connect_widget: 1, type: 'update', theme: 'dark', lang: 'en' };
  await expect.poll(() => got(frame)).toEqual([INIT, early]);
  await expect(page.locator('iframe')).toHaveCSS('color-scheme', 'dark');
  await page.evaluate(() => window.session.update({ token: 'newer', themeTokens: { onAccent: '#fff' } }));
  await expect.poll(() => got(frame)).toEqual([INIT, early, { connect_widget: 1, type: 'update', token: 'newer', theme_tokens: { 'on-accent': '#fff' } }]);
  await frame.evaluate(() => location.reload());
  await expect.poll(async () => got(await widgetFrame(page)).catch(() => [])).toEqual([
    { ...INIT, token: 'newer' },
    early,
    { connect_widget: 1, type: 'update', theme_tokens: { 'on-accent': '#fff' } },
  ]);
});

for (const how of ['rejects', 'gives nothing']) {
  test(`a token that came by update() is kept where the token function ${how} later`, async ({ page, stubbed }) => {
    await page.goto(stubbed.host);
    await page.evaluate((how) => {
      const later = new Promise<void>((resolve) => (window.giveToken = resolve));
      window.start({ token: () => later.then(() => (how === 'rejects' ? Promise.reject(new Error('shop is down')) : undefined)) });
    }, how);
    const frame = await widgetFrame(page);
    await page.evaluate(() => (window.session.update({ token: 'the-token' }), window.giveToken()));
    await expect.poll(() => got(frame)).toContainEqual(INIT);
    expect(await lines(page)).toEqual([]);
    await tell(frame, 'success', { data: SUCCESS });
    await expect.poll(() => lines(page)).toEqual(['success']);
  });
}

test('back() asks the widget, one answer for each ask; without a widget the answer is false', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  expect(await page.evaluate(() => window.start().back())).toBe(false);
  const frame = await widgetFrame(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  expect(await page.evaluate(() => window.session.back()), 'before the first event').toBe(false);
  await tell(frame, 'event', { name: 'opened', data: {} });
  expect(await page.evaluate(() => window.session.ready)).toBe(true);
  await page.evaluate(() => Object.assign(window, { backs: Promise.all([window.session.back(), window.session.back()]) }));
  const BACK = { connect_widget: 1, type: 'back' };
  await expect.poll(() => got(frame)).toEqual([INIT, BACK, BACK]);
  await tell(frame, 'back', { data: { did_go_back: true } });
  await tell(frame, 'back', { data: { did_go_back: false } });
  expect(await page.evaluate(() => (window as any).backs)).toEqual([true, false]);
  await tell(frame, 'back', { data: { did_go_back: true } });
  const pending = page.evaluate(() => window.session.back());
  await expect.poll(async () => (await got(frame)).length).toBe(4);
  await frame.evaluate(() => location.reload());
  expect(await pending, 'a reload answers nobody').toBe(false);
  await expect.poll(async () => got(await widgetFrame(page)).catch(() => [])).toEqual([INIT]);
  expect(await page.evaluate(() => window.session.back()), 'before the first event after a reload').toBe(false);
  await page.evaluate(() => (window.heard = []));
  await tell(await widgetFrame(page), 'event', { name: 'screen_shown', data: {} });
  await expect.poll(() => lines(page)).toEqual(['screen_shown']);
  const last = page.evaluate(() => window.session.back());
  await expect.poll(async () => got(await widgetFrame(page))).toEqual([INIT, BACK]);
  await page.evaluate(() => window.session.close());
  expect(await last).toBe(false);
  expect(await page.evaluate(() => window.session.back())).toBe(false);
});

test('timeoutMs: exit timeout, or success once a bank is connected; not after the end', async ({ page, stubbed }) => {
  await page.clock.install({ time: 0 });
  await page.goto(stubbed.host);
  await page.clock.pauseAt(60_000);
  for (const [event, end] of [['opened', 'exit timeout'], ['connected', 'success']] as const) {
    await page.evaluate(() => (window.heard = []));
    await page.evaluate(() => void window.start({ timeoutMs: 120_000 }));
    await tell(await widgetFrame(page), 'event', { name: event, data: SUCCESS });
    await page.clock.runFor(119_999);
    await expect.poll(() => lines(page)).toEqual([event]);
    await page.clock.runFor(1);
    expect(await lines(page)).toEqual([event, end]);
    await page.clock.runFor(600_000);
    expect(await lines(page)).toEqual([event, end]);
  }
});

test('a signal closes the session; aborted before, nothing opens and no token is asked for', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  expect(await page.evaluate(async () => {
    const host = new AbortController();
    window.start({ signal: host.signal });
    host.abort();
    return (await window.session.result).type;
  })).toBe('exit');
  expect(await lines(page)).toEqual(['exit host_closed']);
  const [frames, calls, end] = await page.evaluate(async () => {
    let calls = 0;
    window.start({ signal: AbortSignal.abort(), state: 's', token: () => `${calls++}` });
    const frames = document.querySelectorAll('iframe').length;
    window.session.update({ token: 'x' });
    return [frames, calls, await window.session.result] as const;
  });
  expect([frames, calls, end]).toEqual([0, 0, { type: 'exit', exit: { reason: 'host_closed', state: 's' } }]);
  expect(await lines(page)).toEqual(['exit host_closed', 'exit host_closed']);
});

for (const [how, destroy] of [
  ['destroy()', () => window.session.destroy()],
  ['Symbol.dispose', () => window.session[Symbol.dispose]()],
] as const) {
  test(`${how} takes everything away at once and calls nobody; result says host_closed`, async ({ page, stubbed }) => {
    const frame = await open(page, stubbed.host);
    await tell(frame, 'event', { name: 'opened', data: {} });
    await expect.poll(() => lines(page)).toEqual(['opened']);
    await page.evaluate(() => window.session.addEventListener('exit', () => window.heard.push(['exit', 'listener'])));
    await page.evaluate(destroy);
    await expect(page.locator('iframe, dialog')).toHaveCount(0);
    await expect(payButton(page)).toBeFocused();
    expect(await page.evaluate(() => window.session.onExit(() => window.heard.push(['exit', 'late'])).result)).toEqual({ type: 'exit', exit: { reason: 'host_closed' } });
    expect(await lines(page)).toEqual(['opened']);
    expect(await page.evaluate(() => document.adoptedStyleSheets.length + document.documentElement.style.length + document.body.style.length)).toBe(0);
  });
}

test('listeners hear what handlers hear, in the same order', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await page.evaluate(() => {
    for (const kind of ['event', 'success', 'error', 'exit'] as const) {
      window.session.addEventListener(kind, (event) => window.heard.push([kind, { listener: event.detail }]));
    }
  });
  await tell(frame, 'event', { name: 'opened', data: {} });
  await tell(frame, 'success', { data: SUCCESS });
  await page.evaluate(() => window.session.result);
  expect((await heard(page)).filter(([kind]) => kind !== 'clean')).toEqual([
    ['event', { name: 'opened', data: {} }],
    ['event', { listener: { name: 'opened', data: {} } }],
    ['success', SUCCESS],
    ['success', { listener: SUCCESS }],
  ]);
});

test('after the end there is no timer and no listener left', async ({ page, stubbed }) => {
  await page.addInitScript(() => {
    const open = new Map<string, number>();
    Object.assign(window, { open_: open });
    const count = (name: string, by: number) => open.set(name, (open.get(name) ?? 0) + by);
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (this: EventTarget, type: string, listener: any, options: any) {
      if (this === window && ['message', 'pagehide'].includes(type)) {
        count(type, 1);
        options?.signal?.addEventListener('abort', () => count(type, -1));
      }
      return addEventListener.call(this, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (this: EventTarget, type: string, listener: any, options: any) {
      if (this === window && ['message', 'pagehide'].includes(type)) count(type, -1);
      return removeEventListener.call(this, type, listener, options);
    };
    const timers = new Set<number>();
    const { setTimeout, clearTimeout } = window;
    window.setTimeout = ((call: () => void, ms: number) => {
      const id = setTimeout(() => (timers.delete(id), call()), ms);
      timers.add(id);
      return id;
    }) as typeof setTimeout;
    window.clearTimeout = (id) => (timers.delete(id as number), clearTimeout(id));
    Object.assign(window, { timers });
  });
  const left = () => page.evaluate(() => [...(window as any).open_.entries(), ['timers', (window as any).timers.size]]);
  await page.goto(stubbed.host);
  const before = await left();
  await page.evaluate(() => (window.options = { timeoutMs: 600_000, signal: new AbortController().signal }));
  await payButton(page).click();
  const frame = await widgetFrame(page);
  expect(await left()).not.toEqual(before);
  await tell(frame, 'success', { data: SUCCESS });
  await page.evaluate(() => window.session.result);
  expect((await left()).filter(([, count]) => count)).toEqual(before.filter(([, count]: any) => count));
});

test('preload() fetches the widget once, unseen, and is gone when it has come; it opens nothing', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = (node: Node) => node instanceof HTMLIFrameElement && seen.push(getComputedStyle(node).display);
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(look))).observe(document, { childList: true, subtree: true });
    Object.assign(window, { seen });
    window.ConnectWidget.preload();
    window.ConnectWidget.preload();
  });
  await expect.poll(() => page.evaluate('seen')).toEqual(['none']);
  await expect(page.locator('iframe')).toHaveCount(0);
  expect(asked.filter((path) => path === '/')).toHaveLength(1);
  await payButton(page).click();
  const frame = await widgetFrame(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  expect(await lines(page)).toEqual([]);
});

test('preload() of a widget that does not come is gone after 30 seconds', async ({ page, stubbed }) => {
  await page.clock.install({ time: 0 });
  await page.goto(stubbed.host);
  await page.clock.pauseAt(60_000);
  await page.evaluate((url) => window.ConnectWidget.preload({ url }), named(stubbed.widget, 'asleep'));
  await expect(page.locator('iframe')).toHaveCount(1);
  await page.clock.runFor(29_999);
  await expect(page.locator('iframe')).toHaveCount(1);
  await page.clock.runFor(1);
  await expect(page.locator('iframe')).toHaveCount(0);
});

test('preload() beside an open widget disturbs nothing', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await page.evaluate(() => window.ConnectWidget.preload());
  await expect(page.locator('iframe')).toHaveCount(1);
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
});

test('a browser without constructable style sheets does without: no policy is broken, and all works', async ({ page, stubbed }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'CSSStyleSheet'));
  const frame = await open(page, stubbed.host);
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
  await expect(page.locator('style')).toHaveCount(0);
});

test('opened from within a web component, the focus goes back into it', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => {
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    const button = root.appendChild(document.createElement('button'));
    button.textContent = 'Pay in here';
    button.onclick = () => window.start();
  });
  await page.getByRole('button', { name: 'Pay in here' }).click();
  await tell(await widgetFrame(page), 'exit', { data: { reason: 'user_closed' } });
  await expect(page.getByRole('button', { name: 'Pay in here' })).toBeFocused();
});

test('a page whose modal window is not a browser\'s own, with a trap for the focus and overflow:hidden of its own', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => {
    document.body.style.overflow = 'hidden';
    const modal = document.body.appendChild(document.createElement('div'));
    modal.setAttribute('role', 'dialog');
    modal.setAttribute('aria-label', 'Cart');
    const button = modal.appendChild(document.createElement('button'));
    button.textContent = 'Pay from here';
    button.onclick = () => window.start();
    for (const other of document.body.children) if (other !== modal) other.setAttribute('aria-hidden', 'true');
    // As modal libraries have it: the focus is fetched back, Tab is held.
    document.addEventListener('focusin', (event) => modal.contains(event.target as Node) || button.focus(), true);
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab') return;
      event.preventDefault();
      button.focus();
    }, true);
    button.focus();
  });
  await page.getByRole('button', { name: 'Pay from here' }).click();
  const frame = await widgetFrame(page);
  await expect(page.locator('iframe')).toBeFocused();
  await frame.getByRole('textbox', { name: 'Search' }).click();
  await page.keyboard.type('demo');
  await expect(frame.getByRole('textbox', { name: 'Search' })).toHaveValue('demo');
  await tell(frame, 'exit', { data: { reason: 'user_closed' } });
  await expect(page.getByRole('button', { name: 'Pay from here' })).toBeFocused();
  expect(await page.evaluate(() => document.body.getAttribute('style'))).toBe('overflow: hidden;');
});

test('unmounted in the middle: a page that takes its own button away and closes the session hears one exit', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await tell(frame, 'event', { name: 'opened', data: {} });
  await expect.poll(() => lines(page)).toEqual(['opened']);
  await page.evaluate(() => {
    document.querySelector('#pay')!.remove();
    window.session.close();
  });
  expect(await lines(page)).toEqual(['opened', 'exit host_closed']);
  await expect(page.locator('iframe, dialog')).toHaveCount(0);
  expect(await page.evaluate(() => [document.activeElement?.tagName, document.body.getAttribute('style')])).toEqual(['BODY', null]);
});
