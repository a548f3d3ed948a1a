// The widget in the page and in a window of its own, against a stand-in widget.
import type { Page } from '@playwright/test';
import { heard, lines } from './support/host-page';
import { got, INIT, open, payButton, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { named } from './support/stub-widget';
import { expect, test } from './support/test';

const style = (page: Page) => page.evaluate(() => [document.body, document.documentElement].map((element) => element.getAttribute('style')));

for (const [what, container] of [
  ['a selector', '#slot'],
  ['an element', undefined],
] as const) {
  test(`inline in ${what}: an iframe with a title, no window, no scroll lock, no focus taken`, async ({ page, stubbed }) => {
    await page.goto(`${stubbed.host}/slots`);
    await page.evaluate((container) => (window.options = { container: container ?? document.querySelector('#slot') }), container);
    await payButton(page).click();
    const frame = await widgetFrame(page, 0, '#slot iframe');
    await expect.poll(() => got(frame)).toEqual([INIT]);
    expect(await page.locator('#slot iframe').boundingBox()).toEqual(await page.locator('#slot').boundingBox());
    await expect(page.locator('#slot iframe')).toHaveAttribute('title', 'Connect your bank');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(payButton(page)).toBeFocused();
    expect(await style(page)).toEqual([null, null]);
    await page.keyboard.press('Escape');
    await tell(frame, 'event', { name: 'opened', data: {} });
    await expect.poll(() => lines(page), 'Escape on the page is not for the widget').toEqual(['opened']);
    await tell(frame, 'success', { data: SUCCESS });
    await expect.poll(() => lines(page)).toEqual(['opened', 'success']);
    await expect(page.locator('#slot')).toBeEmpty();
  });
}

test('inline in a container without a height it has one of its own', async ({ page, stubbed }) => {
  await open(page, `${stubbed.host}/slots`, { mode: 'inline', container: '#loose' }).catch(() => {});
  expect(await page.locator('#loose iframe').boundingBox()).toMatchObject({ width: 300, height: 400 });
});

test('inline: the focus that was in it goes back when it ends', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  await page.evaluate(() => (window.options = { container: '#slot' }));
  await payButton(page).click();
  const frame = await widgetFrame(page, 0, '#slot iframe');
  await frame.getByRole('textbox', { name: 'Search' }).click();
  await tell(frame, 'exit', { data: { reason: 'user_closed' } });
  await expect.poll(() => lines(page)).toEqual(['exit user_closed']);
  await expect(payButton(page)).toBeFocused();
});

test('inline: an error page is never seen, and what is not seen cannot be reached', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  await page.evaluate((url) => void window.start({ url, container: '#slot' }), named(stubbed.widget, 'hang'));
  await expect(page.locator('#slot iframe')).toHaveCSS('opacity', '0');
  expect(await page.evaluate(() => document.querySelector<HTMLElement>('#slot iframe')!.inert)).toBe(true);
  await page.evaluate(() => window.session.close());
  expect(await lines(page)).toEqual(['exit host_closed']);
});

for (const [what, remove] of [
  ['the iframe', () => document.querySelector('#slot iframe')!.remove()],
  ['the container', () => document.querySelector('#slot')!.remove()],
] as const) {
  test(`inline: a page that removes ${what} is told host_closed`, async ({ page, stubbed }) => {
    await page.goto(`${stubbed.host}/slots`);
    await page.evaluate(() => void window.start({ container: '#slot' }));
    await page.evaluate(remove);
    await expect.poll(() => lines(page)).toEqual(['exit host_closed']);
  });
}

test('inline in shadow trees: removing the outermost host is noticed', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  await page.evaluate(() => {
    const outer = document.querySelector('#slot')!.attachShadow({ mode: 'closed' });
    const inner = outer.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
    window.start({ container: inner });
    document.querySelector('#slot')!.remove();
  });
  await expect.poll(() => lines(page)).toEqual(['exit host_closed']);
});

test('an iframe of the page is used as it is, and is empty and as it was afterwards, twice, without steps in the history', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  await page.evaluate(() => document.querySelector<HTMLElement>('#own')!.style.setProperty('margin', '3px'));
  const own = page.locator('#own');
  const before = await own.evaluate((frame) => frame.outerHTML);
  const steps = await page.evaluate(() => history.length);
  for (const times of [1, 2]) {
    await page.evaluate(() => (window.options = { container: '#own' }));
    await payButton(page).click();
    const frame = await widgetFrame(page, 0, '#own');
    await expect.poll(() => got(frame)).toEqual([INIT]);
    await expect(own).toHaveCSS('opacity', '1');
    await expect(own).toHaveAttribute('title', 'Our bank window');
    expect(await own.boundingBox()).toMatchObject({ width: 338, height: 498 });
    await tell(frame, 'success', { data: SUCCESS });
    await expect.poll(() => lines(page)).toEqual(Array(times).fill('success'));
    await expect.poll(() => frame.url()).toBe('about:blank');
    expect(await own.evaluate((frame) => frame.outerHTML)).toBe(before);
  }
  expect(await page.evaluate(() => history.length)).toBe(steps);
});

test('a container that is not there is said at once, and nothing is left', async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/slots`);
  for (const options of [{ container: '#nowhere' }, { container: '##' }, { container: null }, { container: '' }, { mode: 'inline' }, 'not in the page'] as const) {
    expect(await page.evaluate((options) => {
      try {
        window.start(typeof options === 'string' ? { container: document.createElement('div') } : options);
      } catch (mistake) {
        return String(mistake);
      }
    }, options)).toMatch(/TypeError: .*`container`/);
  }
  await expect(page.locator('iframe')).toHaveCount(1);
  // The next one gives the focus back to the right place.
  await payButton(page).click();
  await page.evaluate(() => window.session.close());
  await expect(payButton(page)).toBeFocused();
});

/** Opens the popup by a click, and gives it once it has its token. */
async function popup(page: Page, host: string): Promise<Page> {
  await page.goto(host);
  await page.evaluate(() => (window.options = { mode: 'popup', state: 's' }));
  const [opened] = await Promise.all([page.waitForEvent('popup'), payButton(page).click()]);
  await opened.waitForFunction(() => 'got' in window);
  await expect.poll(() => got(opened)).toEqual([INIT]);
  return opened;
}

test('popup: a window of its own, closed before the end is told; the page stays as it is', async ({ page, stubbed }) => {
  const opened = await popup(page, stubbed.host);
  await expect(page.locator('iframe, dialog')).toHaveCount(0);
  expect(await style(page)).toEqual([null, null]);
  const closed = opened.waitForEvent('close');
  await tell(opened, 'event', { name: 'opened', data: {} });
  await tell(opened, 'success', { data: SUCCESS });
  await closed;
  await expect.poll(() => lines(page)).toEqual(['opened', 'success']);
});

test('popup: closed by the user it is user_closed, and once a bank is connected success', async ({ page, stubbed }) => {
  await (await popup(page, stubbed.host)).close();
  await expect.poll(() => heard(page)).toContainEqual(['exit', { reason: 'user_closed', state: 's' }]);
  const opened = await popup(page, stubbed.host);
  await tell(opened, 'event', { name: 'connected', data: SUCCESS });
  await opened.close();
  await expect.poll(() => lines(page)).toEqual(['connected', 'success']);
});

test('popup: a reload of the window gets the token again', async ({ page, stubbed }) => {
  const opened = await popup(page, stubbed.host);
  await opened.reload();
  await expect.poll(() => got(opened)).toEqual([INIT]);
  expect(await lines(page)).toEqual([]);
});

for (const [how, leave] of [
  ['close()', (page: Page) => page.evaluate(() => window.session.close())],
  ['leaving the page', (page: Page) => page.goto('about:blank')],
] as const) {
  test(`popup: ${how} closes the window`, async ({ page, stubbed }) => {
    const opened = await popup(page, stubbed.host);
    const closed = opened.waitForEvent('close');
    await leave(page);
    await closed;
  });
}

test('popup: where the browser opens no window the widget opens over the page', async ({ page, stubbed }) => {
  await page.addInitScript(() => (window.open = () => null));
  const frame = await open(page, stubbed.host, { mode: 'popup' });
  await expect(page.getByRole('dialog', { name: 'Connect your bank' })).toBeVisible();
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success']);
});

test('popup: a window that does not answer ends as widget_unreachable, and is closed', async ({ page, stubbed }) => {
  await page.goto(stubbed.host);
  await page.evaluate((url) => (window.options = { mode: 'popup', url, loadTimeoutMs: 300 }), named(stubbed.widget, 'hang'));
  const [opened] = await Promise.all([page.waitForEvent('popup'), payButton(page).click()]);
  if (!opened.isClosed()) await opened.waitForEvent('close');
  await expect.poll(() => lines(page)).toEqual(['error widget_unreachable']);
});
