// Pages as they really are: what they give, when they call, and what becomes of them while the widget is open. Against a stand-in widget.
import type { Page } from '@playwright/test';
import { heard, lines, wire } from './support/host-page';
import { named } from './support/stub-widget';
import { got, INIT, open, payButton, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { expect, test } from './support/test';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Connect your bank' });
const UPDATE = { connect_widget: 1, type: 'update' };

/** A host page on which time stands still until the test moves it. */
async function visit(page: Page, address: string): Promise<void> {
  await page.clock.install({ time: 0 });
  await page.goto(address);
  await page.clock.pauseAt(60_000);
}

test.describe('what comes again and again', () => {
  test('a program that is still loaded is waited for; only silence has a limit', async ({ page, stubbed }) => {
    await visit(page, `${stubbed.host}/any-frames`);
    await page.evaluate((url) => void window.start({ url }), named(stubbed.widget, 'asleep'));
    const frame = await widgetFrame(page);
    for (let minute = 0; minute < 5; minute++) {
      await page.clock.runFor(29_000);
      const said = await page.evaluate(() => window.raw.length);
      await tell(frame, 'loaded');
      await expect.poll(() => page.evaluate(() => window.raw.length)).toBe(said + 1);
    }
    await page.clock.runFor(29_999);
    expect(await lines(page)).toEqual([]);
    await page.clock.runFor(1);
    expect(await lines(page)).toEqual(['error widget_unreachable']);
  });

  test('each `ready` is answered, and nothing else is done twice', async ({ page, stubbed }) => {
    await page.goto(`${stubbed.host}/slots`);
    await page.evaluate(() => window.start().update({ theme: 'dark' }));
    const frame = await widgetFrame(page, 0, 'dialog iframe');
    await expect.poll(() => got(frame)).toEqual([INIT, { ...UPDATE, theme: 'dark' }]);
    await page.evaluate(() => document.querySelector('dialog')!.focus());
    for (const _ of [1, 2]) await tell(frame, 'ready');
    await expect.poll(() => got(frame)).toEqual([INIT, { ...UPDATE, theme: 'dark' }, INIT, INIT]);
    await expect(page.locator('dialog iframe')).toHaveCount(1);
    await expect(dialog(page)).toBeFocused();
  });
});

test('a widget that leaves is not seen until it is there again, and given up when something else is', async ({ page, stubbed }) => {
  await visit(page, `${stubbed.host}/any-frames`);
  await page.evaluate(() => void window.start());
  const frame = await widgetFrame(page);
  const opacity = (value: string) => expect(page.locator('dialog iframe')).toHaveCSS('opacity', value);
  await opacity('1');
  await tell(frame, 'leaving');
  await opacity('0');
  await page.clock.runFor(900);
  await tell(frame, 'loaded');
  await opacity('1');
  await page.clock.runFor(20_000);
  expect(await lines(page)).toEqual([]);
  await tell(frame, 'leaving');
  await opacity('0');
  await page.clock.runFor(2000);
  expect(await lines(page)).toEqual(['error widget_unreachable']);
});

test('whoever waits longer than a second sees that something goes on', async ({ page, stubbed }) => {
  await visit(page, `${stubbed.host}/any-frames`);
  await page.evaluate((url) => void window.start({ url }), named(stubbed.widget, 'hang'));
  const moving = page.getByRole('progressbar', { name: 'Connect your bank' });
  await page.clock.runFor(999);
  await expect(moving).toBeHidden();
  await page.clock.runFor(1);
  await expect(moving).toBeVisible();
  await page.evaluate(() => window.session.close());
  const frame = await open(page, stubbed.host);
  await tell(frame, 'event', { name: 'opened', data: {} });
  await expect(page.locator('progress')).toBeHidden();
});

test('each of its frames has a name that no other open one has; a frame of the page keeps its own', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  const names = await page.evaluate(() => {
    const root = document.querySelector('#loose')!.attachShadow({ mode: 'open' });
    const inShadow = window.start({ container: root });
    window.start({ container: '#slot' });
    window.start({ container: '#own' });
    const name = (selector: string, within: ParentNode = document) => within.querySelector<HTMLIFrameElement>(selector)!.name;
    const first = [name('iframe', root), name('#slot iframe'), name('#own')];
    inShadow.close();
    window.start({ container: root });
    return [...first, name('iframe', root)];
  });
  expect(names).toEqual(['connect-widget-1', 'connect-widget-2', 'bank', 'connect-widget-1']);
});

test.describe('what a page gives', () => {
  test.use({ expectedNoise: [/warning: ConnectWidget: `themeTokens` cannot be copied/] });

  test('reactive objects are copied, at once and for each reload; what cannot be copied does not keep the rest', async ({ page, stubbed }) => {
    await page.goto(stubbed.host);
    await page.evaluate(() => {
      const deep = <T extends object>(object: T): T => new Proxy(object, { get: (target, key) => { const value = Reflect.get(target, key); return typeof value === 'object' && value ? deep(value) : value; } });
      const session = window.start({ themeTokens: deep({ accent: { light: 'teal', dark: 'lime' } }) });
      session.update({ themeTokens: deep({ accent: { light: '#0a7d4f', dark: '#5fd08c' } }) });
      session.update({ token: 'newer', themeTokens: { accent: (() => {}) as never, get line(): string { throw new Error('mine'); } } });
    });
    const frame = await widgetFrame(page);
    const copied = { ...UPDATE, theme_tokens: { accent: { light: '#0a7d4f', dark: '#5fd08c' } } };
    await expect.poll(() => got(frame)).toEqual([{ ...INIT, token: 'newer' }, copied]);
    await frame.evaluate(() => location.reload());
    await expect.poll(async () => got(await widgetFrame(page)).catch(() => [])).toEqual([{ ...INIT, token: 'newer' }, copied]);
  });
});

test('a time that no timer can count is no time at all', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => void window.start({ timeoutMs: Infinity, loadTimeoutMs: 2 ** 31 }));
  const frame = await widgetFrame(page);
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
});

test('a session that has ended gets a new token from the page by itself, once for each end', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => {
    let calls = 0;
    window.options = { token: async () => `token-${++calls}` };
  });
  await payButton(page).click();
  const frame = await widgetFrame(page);
  const expire = () => tell(frame, 'event', { name: 'failed', data: { code: 'session_expired', message: 'm' } });
  await expire();
  await expect.poll(() => got(frame)).toEqual([{ ...INIT, token: 'token-1' }, { ...UPDATE, token: 'token-2' }]);
  await tell(frame, 'event', { name: 'failed', data: { code: 'timeout', message: 'm' } });
  await expire();
  await expect.poll(() => got(frame)).toEqual([{ ...INIT, token: 'token-1' }, { ...UPDATE, token: 'token-2' }, { ...UPDATE, token: 'token-3' }]);
  for (let ends = 0; ends < 20; ends++) await expire();
  await expect.poll(() => got(frame).then(({ length }) => length), 'a page whose tokens have all ended is not asked for ever').toBe(10);
});

test('a token that is text, or a page that has no new one, changes nothing', async ({ page, stubbed }) => {
  for (const token of ['the-token', 'fails']) {
    await page.goto(stubbed.host);
    await page.evaluate((token) => {
      let calls = 0;
      window.options = token === 'fails' ? { token: async () => { if (calls++) throw new Error('shop is down'); return 'the-token'; } } : { token };
    }, token);
    await payButton(page).click();
    const frame = await widgetFrame(page);
    await tell(frame, 'event', { name: 'failed', data: { code: 'session_expired', message: 'm' } });
    await expect.poll(() => lines(page)).toEqual(['failed session_expired']);
    await tell(frame, 'error', { data: { code: 'session_expired', message: 'm' } });
    await expect.poll(() => lines(page)).toEqual(['failed session_expired', 'error session_expired']);
    expect(await page.evaluate(() => window.raw.length)).toBeGreaterThan(0);
  }
});

test('called from the head of a page that has no body yet: it opens, and the page is held and let go', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/head`);
  const frame = await widgetFrame(page);
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await expect(page.locator('body')).toHaveCSS('overflow-y', 'hidden');
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
  await expect(page.locator('body')).toHaveCSS('overflow-y', 'visible');
});

for (const [how, swap] of [
  ['the body is replaced', () => void (document.body = document.createElement('body'))],
  ["the body's content is replaced", () => void (document.body.innerHTML = '<h1>Elsewhere</h1>')],
] as const) {
  test(`a copy of the page has nothing of the widget: ${how}, and put back`, async ({ page, stubbed }) => {
    await page.goto(stubbed.host);
    await page.evaluate(() => void window.start());
    await widgetFrame(page);
    await page.evaluate(() => Object.assign(window, { copy: document.body.cloneNode(true), html: document.body.innerHTML }));
    await page.evaluate(swap);
    await expect.poll(() => lines(page)).toEqual(['exit host_closed']);
    await page.evaluate(() => document.body.replaceWith((window as any).copy));
    await expect(page.locator('dialog, iframe, progress')).toHaveCount(0);
    expect(await page.evaluate(() => (window as any).html)).not.toMatch(/dialog|iframe|overflow/);
    await expect(page.locator('body')).toHaveCSS('overflow-y', 'visible');
    await page.evaluate(() => document.querySelector('#pay')!.addEventListener('click', () => window.start()));
    await payButton(page).click();
    await expect.poll(async () => got(await widgetFrame(page)).catch(() => [])).toEqual([INIT]);
  });
}

test('a copy of the page with the widget in it, put back: the next one takes its place', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  await page.evaluate(() => void window.start({ container: '#slot' }));
  await expect(page.locator('#slot iframe')).toHaveCount(1);
  await page.evaluate(() => {
    const copy = document.body.cloneNode(true) as HTMLElement;
    document.body = document.createElement('body');
    document.body.replaceWith(copy);
  });
  await expect.poll(() => lines(page)).toEqual(['exit host_closed']);
  await page.evaluate(() => void window.start({ container: '#slot' }));
  await expect(page.locator('#slot iframe')).toHaveCount(1);
  const frame = await (await page.locator('#slot iframe').elementHandle())!.contentFrame();
  await expect.poll(() => got(frame!).catch(() => [])).toEqual([INIT]);
});

test('a button that got no focus when it was clicked, as in Safari, has it afterwards', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate(() => {
    const button = document.querySelector<HTMLElement>('#pay')!;
    button.innerHTML = '<span>Pay by bank</span>';
    button.addEventListener('mousedown', (event) => event.preventDefault());
  });
  await payButton(page).click();
  await tell(await widgetFrame(page), 'exit', { data: { reason: 'user_closed' } });
  await expect.poll(() => lines(page)).toEqual(['exit user_closed']);
  await expect(payButton(page)).toBeFocused();
});

test("the page's own iframe, opened again as soon as it has ended, loads the widget anew", async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  await page.evaluate(() => {
    window.options = { container: '#own' };
    window.start({ onExit: () => window.start({ token: 'second' }) });
  });
  await expect.poll(async () => got(await widgetFrame(page, 0, '#own'))).toEqual([INIT]);
  await tell(await widgetFrame(page, 0, '#own'), 'exit', { data: { reason: 'user_closed' } });
  // Asked here and not in the frame, which the driver loses sight of when it goes through two addresses at once.
  const said = async () => (await wire(page)).map(({ type }) => type);
  await expect.poll(said).toEqual(['loaded', 'ready', 'exit', 'leaving', 'loaded', 'ready']);
  expect(await lines(page)).toEqual([]);
});

test('an iframe of the page that it hides is shown while the widget is in it', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  const own = page.locator('#own');
  await own.evaluate((frame) => (frame.style.display = 'none'));
  await page.evaluate(() => void window.start({ container: '#own' }));
  await expect(own).toBeVisible();
  await tell(await widgetFrame(page, 0, '#own'), 'success', { data: SUCCESS });
  await expect(own).toBeHidden();
  await expect(own).toHaveAttribute('style', 'display: none;');
});

test.describe('what a developer reads in the console', () => {
  test.use({ expectedNoise: [/ConnectWidget: /] });

  for (const path of ['/slots', '/module']) {
    test(`${path}: once, what is not known and what cannot be seen`, async ({ page, stubbed }) => {
      const said: string[] = [];
      page.on('console', (message) => said.push(`${message.type()} ${message.text().replace('ConnectWidget: ', '')}`));
      await page.goto(stubbed.host + path);
      await page.waitForFunction(() => 'start' in window);
      await page.evaluate(() => {
        const hidden = document.body.appendChild(document.createElement('div'));
        hidden.hidden = true;
        for (const _ of [1, 2]) window.start({ container: hidden, institutionId: 'demo', theme: 'blue' });
      });
      await expect.poll(() => said).toEqual([
        'warning there is no option `institutionId`',
        'warning `theme` is one of light, dark, auto',
        'warning nobody sees the widget: its `container` or something around it has `display: none`',
      ]);
    });
  }

  test('an error that nobody listens for', async ({ page, stubbed }) => {
    const said: string[] = [];
    page.on('console', (message) => said.push(`${message.type()} ${message.text()}`));
    await page.goto(stubbed.host);
    await page.evaluate(() => window.start({ token: undefined, onError: undefined }).result);
    await expect.poll(() => said).toEqual([
      'error ConnectWidget: token_unavailable: There is no token: undefined',
      expect.stringMatching(/^warning ConnectWidget: token_unavailable: `token` gave nothing, or failed/),
    ]);
  });

  for (const path of ['/', '/module']) {
    test(`${path}: once, that the token is not the server's, and where to get one`, async ({ page, stubbed }) => {
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      await page.goto(stubbed.host + path);
      for (const times of [1, 2]) {
        await payButton(page).click();
        await tell(await widgetFrame(page), 'error', { data: { code: 'invalid_token', message: 'm' } });
        await expect.poll(async () => (await lines(page)).length).toBe(times);
      }
      await expect.poll(() => said).toEqual([expect.stringMatching(/^ConnectWidget: invalid_token: .*does not know this token.*`POST \/v1\/tokens`/)]);
    });
  }

  test('why nothing came', async ({ page, stubbed }) => {
    await page.goto(`${stubbed.host}/any-frames`);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.evaluate((url) => window.start({ url }).result, named(stubbed.widget, 'mute'));
    const message = `${named(stubbed.widget, 'mute')} did not load`;
    await expect.poll(() => said).toEqual([expect.stringMatching(`ConnectWidget: widget_unreachable: .*Is ${stubbed.host} among the .origins.`)]);
    expect((await heard(page)).at(-1)).toEqual(['error', { code: 'widget_unreachable', message }]);
  });
});

test('a popup that the page cannot keep hold of is no popup that was closed: the widget opens in the page', async ({ page, stubbed }) => {
  await page.addInitScript(() => {
    const { open } = window;
    window.open = (...given) => {
      const opened = open.apply(window, given);
      // As a page's COOP has it: cut off from the start, and there.
      return opened && ({ closed: true, postMessage() {}, close() {} } as unknown as Window);
    };
  });
  const frame = await open(page, stubbed.host, { mode: 'popup' });
  await expect(dialog(page)).toBeVisible();
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
});
