// Messages from nobody in particular: they change nothing, at the host and at the widget, and nothing is logged.
import type { Frame, Page } from '@playwright/test';
import { lines } from './support/host-page';
import { SUCCESS, payButton, tell, widgetFrame } from './support/stubbed';
import { expect, type Stubbed, test } from './support/test';
import { told } from './support/widget';

/** Posts rubbish, and messages that look right but for who sends them, to the window that `pick` finds. */
async function attack(from: Frame | Page, to: 'parent' | 'opener' | 'sibling' | 'frame'): Promise<void> {
  await from.evaluate((to) => {
    const target = { parent: () => parent, opener: () => opener, sibling: () => parent.frames[0]!, frame: () => frames[0]! }[to]();
    const send = (message: unknown) => target.postMessage(message, '*');
    let seed = 7;
    const random = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
    const words = ['connect_widget', 'type', 'data', 'name', 'token', 'success', 'init', 'ready', 'loaded', 'event', 'back', 'update', 'exit', 'error', 'wealthica', '__proto__', 'constructor', 'institution_id', ''];
    const thing = (depth: number): any => {
      switch (random(depth > 3 ? 7 : 10)) {
        case 0: return null;
        case 1: return undefined;
        case 2: return words[random(words.length)];
        case 3: return random(9) - 4;
        case 4: return NaN;
        case 5: return 10n;
        case 6: return new Date(NaN);
        case 7: return Array.from({ length: random(4) }, () => thing(depth + 1));
        default: return Object.fromEntries(Array.from({ length: random(5) }, () => [words[random(words.length)], thing(depth + 1)]));
      }
    };
    for (const message of [null, undefined, 0, NaN, '', 'success', '{', '[object Object]', '{"connect_widget":1,"type":"init","token":"x"}', true, [], {}, new Map([['type', 'success']]), new ArrayBuffer(8)]) send(message);
    const round: any = { connect_widget: 1 };
    round.type = round;
    send(round);
    for (let times = 0; times < 9_000; times++) send(thing(0));
    for (let times = 0; times < 1_000; times++) send({ connect_widget: 1, ...thing(5), type: words[random(words.length)], data: thing(0) });
  }, to);
}

const FORGED = { institution_id: 'forged', provider: 'demo', provider_name: 'Demo', accounts: [] };
const forge = (from: Frame | Page) =>
  from.evaluate((data) => {
    for (const type of ['success', 'error', 'exit', 'event', 'ready', 'loaded', 'back']) {
      (opener ?? parent).postMessage({ connect_widget: 1, type, name: 'forged', data: { ...data, code: 'forged', message: 'forged', reason: 'forged' } }, '*');
    }
  }, FORGED);

/** Another frame on the same page. */
async function stranger(page: Page, url: string): Promise<Frame> {
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, id: 'stranger' })), url);
  const frame = (await (await page.locator('#stranger').elementHandle())!.contentFrame())!;
  await frame.waitForLoadState();
  return frame;
}

/** Opens the stand-in widget, and gives its window. */
async function begin(page: Page, mode: 'modal' | 'inline' | 'popup'): Promise<Frame | Page> {
  await page.evaluate((mode) => (window.options = { mode, container: document.body.appendChild(document.createElement('div')) }), mode);
  const popup = mode === 'popup' && page.waitForEvent('popup');
  await payButton(page).click();
  if (!popup) return widgetFrame(page);
  const opened = await popup;
  await opened.waitForFunction(() => 'got' in window);
  return opened;
}

const twoFrames = (page: Page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

test.describe('connect()', () => {
  for (const mode of ['modal', 'inline', 'popup'] as const) {
    for (const [who, address] of [
      ['a foreign origin', (stubbed: Stubbed) => `${stubbed.host}/elsewhere`],
      ["the widget's origin in another window", (stubbed: Stubbed) => `${stubbed.widget}/mute/`],
    ] as const) {
      test(`${mode}: ignores ${who}, and then hears the widget`, async ({ page, stubbed }) => {
        await page.goto(`${stubbed.host}/any-frames`);
        const widget = await begin(page, mode);
        const frame = await stranger(page, address(stubbed));
        await attack(frame, 'parent');
        await forge(frame);
        const [other] = await Promise.all([page.waitForEvent('popup'), page.evaluate((url) => void window.open(url, '_blank', 'popup'), address(stubbed))]);
        await other.waitForLoadState();
        await attack(other, 'opener');
        await forge(other);
        await other.close();
        await twoFrames(page);
        expect(await page.evaluate(() => window.raw.length)).toBeGreaterThan(20_000);
        expect(await lines(page)).toEqual([]);
        expect(await page.evaluate(() => Promise.race([window.session.result, 'open']))).toBe('open');
        await tell(widget, 'success', { data: SUCCESS });
        await expect.poll(() => lines(page)).toEqual(['success']);
      });
    }
  }

  test('ignores the page itself, and rubbish from the widget', async ({ page, stubbed }) => {
    await page.goto(stubbed.host);
    await page.getByRole('button', { name: 'Pay by bank' }).click();
    await forge(page);
    const widget = (await (await page.locator('iframe').elementHandle())!.contentFrame())!;
    await widget.waitForFunction(() => 'got' in window);
    await attack(widget, 'parent');
    // The frame is of another process, and its messages take their time.
    await expect.poll(() => page.evaluate(() => window.raw.length)).toBeGreaterThan(10_000);
    expect((await lines(page)).filter((line) => /forged|success|error|exit/.test(line))).toEqual([]);
    await expect(page.locator('iframe')).toHaveCount(1);
  });
});

test.describe('the widget', () => {
  test('ignores rubbish from its own host', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await expect(widget.search).toBeVisible();
    await attack(page, 'frame');
    await page.evaluate((origin) => frames[0]!.postMessage({ connect_widget: 1, type: 'init', token: 'another' }, origin), server.origin);
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });

  test('ignores another frame, before and after it has its token', async ({ shop, server, stubbed, page }) => {
    const token = await server.token();
    await shop.open('', { token: undefined }, '/any-frames').catch(() => {});
    await page.evaluate(() => window.session.result);
    await page.evaluate(() => {
      window.heard = [];
      window.start({ token: () => new Promise((resolve) => Object.assign(window, { give: resolve })) });
    });
    const frame = await stranger(page, `${stubbed.host}/elsewhere`);
    const init = () => frame.evaluate(() => parent.frames[0]!.postMessage({ connect_widget: 1, type: 'init', token: 'stolen' }, '*'));
    await expect.poll(() => page.evaluate(() => window.raw.some(({ data }) => data?.type === 'ready'))).toBe(true);
    await init();
    await attack(frame, 'sibling');
    await page.evaluate((token) => (window as any).give(token), token);
    await expect(shop.widget.search).toBeVisible();
    await init();
    await attack(frame, 'sibling');
    await forge(frame);
    await shop.widget.loginToDemo('wealthica', 'wealthica');
    await shop.widget.finish('Demo');
    await expect.poll(() => lines(page)).toEqual([...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success']);
    expect(await page.evaluate(() => window.session.result)).not.toMatchObject({ result: { institution_id: 'forged' } });
  });
});
