// connect() on a host page, against a stand-in widget that says what each test wants said.
import type { Page } from '@playwright/test';
import { heard } from './support/host-page';
import { pixel } from './support/pixel';
import { named } from './support/stub-widget';
import { got, INIT, open, parameters, payButton, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { expect, test } from './support/test';

const gone = { frames: 0, overflow: '', focus: 'pay', scroll: 0, sheets: 0 };

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Connect your bank' });

test('the window opens in the click, before the token is there; the address never carries the token', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => {
    const button = document.querySelector<HTMLElement>('#pay')!;
    let calls = 0;
    window.options = {
      token: () => (calls++, new Promise((resolve) => Object.assign(window, { give: resolve }))),
      institution: 'demo', institutions: ['demo', 'other'], theme: 'dark', lang: 'en', state: 'a b', providersPerLine: 1,
    };
    button.addEventListener('click', () => Object.assign(window, { atOnce: [document.querySelector('iframe')?.src, calls] }));
  });
  await payButton(page).click();
  const [src, calls] = await page.evaluate(() => (window as any).atOnce);
  const url = new URL(src);
  expect(calls).toBe(1);
  expect(url.origin + url.pathname).toBe(`${stubbed.widget}/`);
  expect([...url.searchParams.keys()], 'of the server only what it needs is asked').toEqual(['origin']);
  expect(parameters(src)).toEqual({
    origin: stubbed.host, provider: 'demo', providers: 'demo,other', theme: 'dark', lang: 'en', state: 'a b', providers_per_line: '1',
  });
  const frame = await widgetFrame(page);
  expect(await got(frame)).toEqual([]);
  await page.evaluate(() => (window as any).give('late-token'));
  await expect.poll(() => got(frame)).toEqual([{ ...INIT, token: 'late-token' }]);
});

test('the token goes to the widget when it is ready, and again after a reload in the frame', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await frame.evaluate(() => location.reload());
  await expect.poll(async () => got(await widgetFrame(page)).catch(() => [])).toEqual([INIT]);
  expect(await heard(page)).toEqual([]);
});

for (const [type, data] of [
  ['success', SUCCESS],
  ['error', { code: 'timeout', message: 'three minutes without news' }],
  ['exit', { reason: 'user_closed' }],
] as const) {
  test(`${type}: events first, the page clean before it is told, told once`, async ({ page, stubbed }) => {
    const frame = await open(page, stubbed.host);
    await tell(frame, 'event', { name: 'opened', data: {} });
    await tell(frame, 'event', { name: 'screen_shown', data: { screen: 'search' } });
    await frame.evaluate(
      ([type, data]) => {
        window.tell(type, { data });
        window.tell(type, { data });
        window.tell('event', { name: 'opened', data: {} });
        window.tell('success', { data: { institution_id: 'x', provider: 'x', provider_name: 'x', accounts: [] } });
      },
      [type, data] as const,
    );
    const key = { success: 'result', error: 'error', exit: 'exit' }[type];
    expect(await page.evaluate(() => window.session.result)).toEqual({ type, [key]: data });
    expect(await heard(page)).toEqual([
      ['event', { name: 'opened', data: {} }],
      ['event', { name: 'screen_shown', data: { screen: 'search' } }],
      ['clean', { ...gone, scroll: await page.evaluate(() => Math.round(scrollY)) }],
      [type, data],
    ]);
    await expect(payButton(page)).toBeFocused();
    expect(await page.evaluate(() => [document.body, document.documentElement].map((e) => e.getAttribute('style')))).toEqual([null, null]);
  });
}

test('the chain hears the same, and a handler that comes late hears too', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => {
    const chain: unknown[] = [];
    Object.assign(window, { chain });
    window
      .start()
      .onConnection((id, data) => chain.push(['connection', id, data]))
      .onError(() => chain.push('error'))
      .onExit(() => chain.push('exit'))
      .onEvent((name, data) => chain.push(['event', name, data]));
  });
  const frame = await widgetFrame(page);
  await tell(frame, 'event', { name: 'connected', data: { institution_id: 'inst_1', provider: 'demo' } });
  await tell(frame, 'success', { data: SUCCESS });
  const chain = await page.evaluate(async () => {
    await window.session.result;
    window.session.onConnection((id) => (window as any).chain.push(['late', id]));
    await Promise.resolve();
    return (window as any).chain;
  });
  expect(chain).toEqual([
    ['event', 'connected', { institution_id: 'inst_1', provider: 'demo' }],
    ['connection', 'inst_1', { provider: 'demo' }],
    ['late', 'inst_1'],
  ]);
});

test('close() ends it with host_closed, once', async ({ page, stubbed }) => {
  await open(page, stubbed.host, { state: 's' });
  await page.evaluate(() => (window.session.close(), window.session.close()));
  expect((await heard(page)).filter(([kind]) => kind !== 'clean')).toEqual([['exit', { reason: 'host_closed', state: 's' }]]);
  await expect(dialog(page)).toHaveCount(0);
});

test('Escape on the page closes as the user', async ({ page, stubbed }) => {
  await open(page, stubbed.host);
  await page.evaluate(() => document.querySelector('iframe')!.blur());
  await page.keyboard.press('Escape');
  await expect.poll(() => heard(page)).toContainEqual(['exit', { reason: 'user_closed' }]);
  await expect(payButton(page)).toBeFocused();
});

for (const [how, remove] of [
  ['the iframe', () => document.querySelector('iframe')!.remove()],
  ['the window', () => document.querySelector('html > dialog')!.remove()],
  ['everything', () => document.body.replaceChildren()],
  ['the body', () => void (document.body = document.createElement('body'))],
] as const) {
  test(`a page that removes ${how} is told host_closed and scrolls again`, async ({ page, stubbed }) => {
    await open(page, stubbed.host);
    await page.evaluate(remove);
    await expect.poll(() => heard(page)).toContainEqual(['exit', { reason: 'host_closed' }]);
    expect(await page.evaluate(() => [document.body.style.cssText, document.documentElement.style.cssText, document.querySelectorAll('dialog, iframe').length])).toEqual(['', '', 0]);
  });
}

test('a page that is left hears navigated', async ({ page, stubbed }) => {
  await open(page, stubbed.host);
  await page.evaluate(() => window.session.onExit((exit) => sessionStorage.setItem('exit', exit.reason)));
  await page.goto(`${stubbed.host}/elsewhere`);
  expect(await page.evaluate(() => sessionStorage.getItem('exit'))).toBe('navigated');
});

const CONNECTED = { ...SUCCESS, accounts: [{ id: 'acc_1', name: 'Chequing', kind: 'checking', mask: '1234' }] };
const AT_DEMO = { institution_id: 'inst_1', provider: 'demo' };

for (const [how, reason, leave] of [
  ['the page closes the session', 'host_closed', (page: Page) => page.evaluate(() => window.session.close())],
  ['Escape on the page', 'user_closed', async (page: Page) => {
    await page.evaluate(() => document.querySelector('iframe')!.blur());
    await page.keyboard.press('Escape');
  }],
  ['the page is left', 'navigated', (page: Page) => page.goto(new URL('/elsewhere', page.url()).href)],
  ['the page removes the iframe', 'host_closed', (page: Page) => page.evaluate(() => document.querySelector('iframe')!.remove())],
] as const) {
  for (const [when, events, end] of [
    ['once a bank is connected: success', { institution_selected: AT_DEMO, connected: CONNECTED, screen_shown: { screen: 'success' } }, { type: 'success', result: { ...CONNECTED, state: 's' } }],
    ['after a failure: the exit says where', { institution_selected: { provider: 'demo' }, failed: { ...AT_DEMO, code: 'timeout', message: 'm' } }, { type: 'exit', exit: { reason, ...AT_DEMO, state: 's' } }],
    ['after a `connected` that does not say enough: exit', { connected: AT_DEMO }, { type: 'exit', exit: { reason, ...AT_DEMO, state: 's' } }],
  ] as const) {
    test(`${how} ${when}`, async ({ page, stubbed }) => {
      const frame = await open(page, stubbed.host, { state: 's' });
      await page.evaluate(() => void window.session.result.then((end) => sessionStorage.setItem('end', JSON.stringify(end))));
      for (const [name, data] of Object.entries(events)) await tell(frame, 'event', { name, data });
      await expect.poll(async () => (await heard(page)).length).toBe(Object.keys(events).length);
      await leave(page);
      await expect.poll(() => page.evaluate(() => JSON.parse(sessionStorage.getItem('end') ?? 'null'))).toEqual(end);
    });
  }
}

test('a page that closes the session when it hears `connected` is told success', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await page.evaluate(() => window.session.onEvent((name) => name === 'connected' && window.session.close()));
  await tell(frame, 'event', { name: 'connected', data: CONNECTED });
  expect(await page.evaluate(() => window.session.result)).toEqual({ type: 'success', result: CONNECTED });
});

test('once a bank is connected, a widget that was reloaded and is left, fails, or does not come back, is a success', async ({ page, stubbed }) => {
  for (const next of ['left', 'failed', 'another page']) {
    const frame = await open(page, `${stubbed.host}/any-frames`);
    await tell(frame, 'event', { name: 'connected', data: CONNECTED });
    if (next === 'left') await tell(frame, 'exit', { data: { reason: 'user_closed' } });
    else if (next === 'failed') await tell(frame, 'error', { data: { code: 'session_expired', message: 'm' } });
    else await frame.evaluate(() => void (location.href = '/mute/'));
    expect(await page.evaluate(() => window.session.result), next).toEqual({ type: 'success', result: CONNECTED });
  }
});

for (const [how, start, says] of [
  ['rejects', () => window.start({ token: () => Promise.reject(new Error('shop is down')) }).result, /shop is down/],
  ['throws', () => window.start({ token: () => { throw new Error('shop is down'); } }).result, /shop is down/],
  ['gives nothing', () => window.start({ token: async () => undefined }).result, /no token/],
  ['gives an object', () => window.start({ token: async () => ({ token: 'x' }) }).result, /no token/],
  ['is missing', () => window.start({ token: undefined }).result, /no token/],
  ['gives JSON', () => window.start({ token: async () => '{"token":"x"}' }).result, /looks like JSON/],
  ['gives a page', () => window.start({ token: async () => '<!doctype html>' }).result, /looks like HTML/],
] as const) {
  test(`a token function that ${how}: token_unavailable`, async ({ page, stubbed }) => {
    await page.goto(stubbed.host);
    const end = await page.evaluate(start);
    expect(end).toEqual({ type: 'error', error: { code: 'token_unavailable', message: expect.stringMatching(says) } });
    expect((await heard(page)).map(([kind]) => kind)).toEqual(['clean', 'error']);
    await expect(page.locator('iframe')).toHaveCount(0);
  });
}

test('a wrong address is said at once, and leaves nothing', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  const says = await page.evaluate(() => {
    try {
      window.start({ url: 'javascript:alert(1)' });
    } catch (mistake) {
      return String(mistake);
    }
  });
  expect(says).toMatch(/TypeError: .*`url`/);
  await expect(page.locator('iframe')).toHaveCount(0);
});

for (const path of ['/', '/light', '/body-scrolls']) {
  test(`${path}: nothing moves when it opens and closes, and the page does not scroll beneath`, async ({ page, stubbed }) => {
    await page.goto(stubbed.host + path);
    await payButton(page).scrollIntoViewIfNeeded();
    const place = () => payButton(page).evaluate((button) => [button.getBoundingClientRect().toJSON(), document.querySelector('h1')!.getBoundingClientRect().toJSON()]);
    const before = await place();
    expect(await page.evaluate(() => innerWidth - document.documentElement.clientWidth), 'a scrollbar takes space').toBeGreaterThan(0);
    await payButton(page).click();
    await widgetFrame(page);
    expect(await place()).toEqual(before);
    const box = await page.locator('iframe').boundingBox();
    expect(box).toEqual({ x: 0, y: 0, ...page.viewportSize() });
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, 500);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await place()).toEqual(before);
    await page.evaluate(() => window.session.close());
    expect(await place()).toEqual(before);
  });
}

test('inline styles of the page are not touched', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  const styles = () => page.evaluate(() => [document.body.getAttribute('style'), document.documentElement.getAttribute('style')]);
  await page.evaluate(() => {
    document.body.style.setProperty('overflow', 'scroll clip', 'important');
    document.documentElement.style.setProperty('color', 'navy');
    document.documentElement.style.setProperty('padding-right', '3px');
  });
  const before = await styles();
  await payButton(page).click();
  await widgetFrame(page);
  expect(await styles(), 'a copy of the page has nothing of ours').toEqual(before);
  await page.evaluate(() => window.session.close());
  expect(await styles()).toEqual(before);
});

test('a page that does not scroll does not scroll afterwards', async ({ page, stubbed }) => {
  await open(page, `${stubbed.host}/fixed`);
  await page.evaluate(() => window.session.close());
  expect(await page.evaluate(() => [getComputedStyle(document.body).overflow, document.body.getAttribute('style')])).toEqual(['hidden', null]);
});

test('a page whose program is on its way has the token once, and a newer one as well', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate((url) => void window.start({ url }), named(stubbed.widget, 'asleep'));
  const frame = await widgetFrame(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await tell(frame, 'loaded');
  await page.evaluate(() => window.session.update({ token: 'newer' }));
  const both = [INIT, { connect_widget: 1, type: 'update', token: 'newer' }];
  await expect.poll(() => got(frame)).toEqual(both);
  await tell(frame, 'ready');
  await tell(frame, 'ready');
  await expect.poll(() => got(frame)).toEqual([...both, { ...INIT, token: 'newer' }]);
});

test('two at once: each has its own token and its own end, in either order', async ({ page, stubbed }) => {
  for (const first of [0, 1]) {
    await open(page, stubbed.host, { token: 'token-0' });
    await page.evaluate(() => Object.assign(window, { ends: [window.session.result, window.start({ token: 'token-1' }).result] }));
    const frames = [await widgetFrame(page, 0), await widgetFrame(page, 1)];
    for (const at of [0, 1]) await expect.poll(() => got(frames[at]!)).toEqual([{ ...INIT, token: `token-${at}` }]);
    await tell(frames[first]!, 'success', { data: { ...SUCCESS, institution_id: `inst_${first}` } });
    await expect(page.locator('iframe')).toHaveCount(1);
    expect(await page.evaluate(() => getComputedStyle(document.body).overflowY)).toBe('hidden');
    await tell(frames[1 - first]!, 'exit', { data: { reason: 'user_closed' } });
    const ends = await page.evaluate(() => Promise.all((window as any).ends));
    expect(ends.map((end: any) => end.result?.institution_id ?? end.exit.reason)).toEqual(first ? ['user_closed', 'inst_1'] : ['inst_0', 'user_closed']);
    expect(await page.evaluate(() => getComputedStyle(document.body).overflowY)).toBe('visible');
    await expect(payButton(page)).toBeFocused();
  }
});

test('the script loaded twice: the first stays, and opens one window', async ({ page, stubbed }) => {
  await open(page, `${stubbed.host}/twice`);
  expect(await page.evaluate(() => (window as any).first === window.ConnectWidget)).toBe(true);
  await expect(page.locator('iframe')).toHaveCount(1);
});

test('the ES module does the same', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/module`);
  await page.waitForFunction(() => 'start' in window);
  await payButton(page).click();
  const frame = await widgetFrame(page);
  await tell(frame, 'success', { data: SUCCESS });
  expect(await page.evaluate(() => window.session.result)).toEqual({ type: 'success', result: SUCCESS });
});

test('opened from a modal window of the page it can be used, and the modal is there afterwards', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/modal`);
  await page.evaluate(() => {
    const cart = document.querySelector<HTMLDialogElement>('#cart')!;
    cart.showModal();
    cart.querySelector('button')!.onclick = () => window.start();
    // A focus trap as modal libraries have it.
    document.addEventListener('focusin', (event) => {
      if (!cart.contains(event.target as Node)) cart.querySelector('button')!.focus();
    });
  });
  await page.getByRole('button', { name: 'Pay from here' }).click();
  const frame = await widgetFrame(page);
  await frame.getByRole('textbox', { name: 'Search' }).click();
  await page.keyboard.type('demo');
  await expect(frame.getByRole('textbox', { name: 'Search' })).toHaveValue('demo');
  await tell(frame, 'exit', { data: { reason: 'user_closed' } });
  await expect(page.getByRole('button', { name: 'Pay from here' })).toBeFocused();
  await expect(page.getByRole('dialog')).toHaveCount(1);
});

test('the focus is in the widget, and Tab does not reach the page', async ({ page, stubbed }) => {
  const frame = await open(page, stubbed.host);
  await expect(page.locator('iframe')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(frame.getByRole('textbox', { name: 'Search' })).toBeFocused();
  for (let presses = 0; presses < 4; presses++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).not.toBe('pay');
  }
});

test.describe('a handler that throws', () => {
  test.use({ expectedNoise: [/page error: (own|event|chain|late) mistake/] });

  test('is the mistake of the page and disturbs nothing', async ({ page, stubbed }) => {
    await page.goto(stubbed.host);
    await page.evaluate(() => {
      const mistake = (text: string) => () => { throw new Error(text); };
      window.start({ onEvent: mistake('event mistake'), onSuccess: mistake('own mistake') })
        .onConnection(mistake('chain mistake'))
        .onConnection(() => window.heard.push(['success', 'the next one']));
    });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const frame = await widgetFrame(page);
    await tell(frame, 'event', { name: 'opened', data: {} });
    await tell(frame, 'success', { data: SUCCESS });
    expect((await page.evaluate(() => window.session.result)).type).toBe('success');
    await expect.poll(() => errors).toEqual(['event mistake', 'own mistake', 'chain mistake']);
    expect(await heard(page)).toEqual([['success', 'the next one']]);
    await page.evaluate(() => void window.session.onConnection(() => { throw new Error('late mistake'); }));
    await expect.poll(() => errors.at(-1)).toBe('late mistake');
    await expect(page.locator('iframe')).toHaveCount(0);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const path of ['/light', '/dark']) {
    test(`the page shows through: ${colorScheme} system, ${path.slice(1)} page`, async ({ page, stubbed }) => {
      await page.emulateMedia({ colorScheme });
      const paper = path === '/dark' ? [10, 20, 30] : [200, 210, 220];
      await open(page, stubbed.host + path);
      await expect.poll(() => pixel(page)).toEqual(paper);
    });
  }
}

test('on a phone it fills the screen', async ({ page, stubbed }) => {
  await page.setViewportSize({ width: 375, height: 667 });
  await open(page, stubbed.host);
  expect(await page.locator('iframe').boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 667 });
});
