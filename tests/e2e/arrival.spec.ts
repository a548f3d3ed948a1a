// What the user sees, and how he leaves, until the widget's page is there; and that no other page is ever shown in its place.
import type { Page } from '@playwright/test';
import { heard, lines } from './support/host-page';
import { pixel } from './support/pixel';
import { freePort } from './support/ports';
import { named } from './support/stub-widget';
import { expect, type Stubbed, test } from './support/test';

const UNREACHABLE = 'error widget_unreachable';
const frame = (page: Page) => page.locator('dialog iframe');
const payButton = (page: Page) => page.getByRole('button', { name: 'Pay by bank' });
const hidden = (page: Page) => expect(frame(page)).toHaveCSS('opacity', '0');
const shown = (page: Page) => expect(frame(page)).toHaveCSS('opacity', '1');

/** A host page on which time stands still until the test moves it. */
async function visit(page: Page, stubbed: Stubbed): Promise<void> {
  await page.clock.install({ time: 0 });
  await page.goto(`${stubbed.host}/any-frames`);
  await page.clock.pauseAt(60_000);
}

/** Opens the widget of that address, and keeps what becomes of the iframe: `load`, and each opacity it was given. */
async function open(page: Page, url: string): Promise<void> {
  await page.evaluate((url) => (window.options = { url }), url);
  await page.evaluate(() => {
    window.start();
    const iframe = document.querySelector('iframe')!;
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => seen.push(`opacity ${iframe.style.opacity}`);
    look();
    new MutationObserver(look).observe(iframe, { attributes: true, attributeFilter: ['style'] });
    iframe.addEventListener('load', () => seen.push('load'));
  });
}

const seen = async (page: Page): Promise<string[]> => [...new Set(await page.evaluate<string[]>('seen'))];
const loaded = (page: Page) => expect.poll(() => seen(page)).toContain('load');
const content = async (page: Page) => (await (await frame(page).elementHandle())!.contentFrame())!;
const say = async (page: Page, greeting: string) => (await content(page)).evaluate((greeting) => window.tell(greeting), greeting);

const foreign: [string, (stubbed: Stubbed) => Promise<string>][] = [
  ['a server that is down', async () => `http://127.0.0.1:${await freePort()}/`],
  ['a page that is not the widget', async ({ widget }) => named(widget, 'mute')],
];

for (const [what, address] of foreign) {
  // Firefox has no `load` event for an error page; that the end comes there too stands below.
  const tag = what === 'a server that is down' ? [] : '@every';
  test(`${what} is never shown; widget_unreachable one second after it came`, { tag }, async ({ page, stubbed }) => {
    await visit(page, stubbed);
    await open(page, await address(stubbed));
    await loaded(page);
    await page.clock.runFor(999);
    expect(await lines(page)).toEqual([]);
    await page.clock.runFor(1);
    expect((await heard(page)).at(-1)).toEqual(['error', { code: 'widget_unreachable', message: expect.stringContaining('did not load') }]);
    expect(await seen(page)).toEqual(['opacity 0', 'load']);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  // In the one process that this Firefox has for all sites, a page in whose place an error comes says nothing as it goes.
  test(`${what} after a reload inside the iframe: not shown, widget_unreachable`, { tag }, async ({ page, stubbed }) => {
    await visit(page, stubbed);
    await open(page, stubbed.widget);
    await shown(page);
    await loaded(page);
    await page.clock.runFor(60_000);
    const next = await address(stubbed);
    await (await content(page)).evaluate((next) => void (location.href = next), next);
    await hidden(page);
    expect(await lines(page)).toEqual([]);
    await page.clock.runFor(1000);
    expect(await lines(page)).toEqual([UNREACHABLE]);
  });
}

test('the error of a server that is down comes by itself, before loadTimeoutMs', { tag: '@every' }, async ({ page, stubbed }) => {
  await page.goto(`${stubbed.host}/any-frames`);
  await open(page, `http://127.0.0.1:${await freePort()}/`);
  await expect.poll(() => lines(page)).toEqual([UNREACHABLE]);
});

for (const [what, name, opacity] of [
  ['nothing comes', 'hang', 0],
  ["the widget's page comes and its program never starts", 'asleep', 1],
] as const) {
  test(`${what}: widget_unreachable after loadTimeoutMs`, async ({ page, stubbed }) => {
    await visit(page, stubbed);
    await open(page, named(stubbed.widget, name));
    await expect(frame(page)).toHaveCSS('opacity', `${opacity}`);
    await page.clock.runFor(29_999);
    expect(await lines(page)).toEqual([]);
    await page.clock.runFor(1);
    expect((await heard(page)).at(-1)).toEqual(['error', { code: 'widget_unreachable', message: expect.stringContaining('did not answer') }]);
  });
}

test('a widget that answered is not given up, nor after a reload', async ({ page, stubbed }) => {
  await visit(page, stubbed);
  await open(page, stubbed.widget);
  for (const times of [1, 2]) {
    await expect.poll(() => page.evaluate(() => window.raw.filter(({ data }) => data.type === 'ready').length)).toBe(times);
    await shown(page);
    await page.clock.runFor(60_000);
    expect(await lines(page)).toEqual([]);
    await (await content(page)).evaluate(() => location.reload());
  }
});

test("a reload after which the widget's program does not start: widget_unreachable after loadTimeoutMs", async ({ page, stubbed }) => {
  await visit(page, stubbed);
  await open(page, stubbed.widget);
  await expect(frame(page)).toBeFocused();
  await loaded(page);
  await (await content(page)).evaluate(() => void (location.href = `/asleep/${location.search}`));
  await expect.poll(() => page.evaluate(() => window.raw.map(({ data }) => data.type))).toEqual(['loaded', 'ready', 'leaving', 'loaded']);
  await page.clock.runFor(29_999);
  expect(await lines(page)).toEqual([]);
  await page.clock.runFor(1);
  expect(await lines(page)).toEqual([UNREACHABLE]);
});

for (const greeting of ['loaded', 'ready']) {
  test(`a \`${greeting}\` that comes after the load event is in time`, async ({ page, stubbed }) => {
    await visit(page, stubbed);
    await open(page, named(stubbed.widget, 'mute'));
    await loaded(page);
    await page.clock.runFor(900);
    await say(page, greeting);
    await shown(page);
    await page.clock.runFor(20_000);
    expect(await lines(page)).toEqual([]);
  });
}

for (const [name, what] of [['hang', 'nothing has come'], ['mute', 'another page has come'], ['asleep', "the widget's program has not started"]] as const) {
  test(`Escape leaves while ${what}`, { tag: '@every' }, async ({ page, stubbed }) => {
    await visit(page, stubbed);
    await open(page, named(stubbed.widget, name));
    if (name !== 'hang') await loaded(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => lines(page)).toEqual(['exit user_closed']);
  });
}

for (const [name, what] of [['hang', 'nothing has come'], ['mute', 'another page has come']] as const) {
  test(`a click on the dimmed page leaves while ${what}`, async ({ page, stubbed }) => {
    await visit(page, stubbed);
    await open(page, named(stubbed.widget, name));
    if (name === 'mute') await loaded(page);
    await page.clock.runFor(900);
    await page.mouse.click(300, 300);
    await expect.poll(() => lines(page)).toEqual(['exit user_closed']);
  });
}

test('a double click on the button opens and does not leave', async ({ page, stubbed }) => {
  await visit(page, stubbed);
  await page.evaluate((url) => (window.options = { url }), named(stubbed.widget, 'hang'));
  await payButton(page).dblclick();
  await expect(frame(page)).toHaveCount(1);
  expect(await lines(page)).toEqual([]);
});

test("clicks on a widget that is shown are the widget's", async ({ page, stubbed }) => {
  await visit(page, stubbed);
  await open(page, named(stubbed.widget, 'asleep'));
  await shown(page);
  await page.clock.runFor(900);
  await (await content(page)).evaluate(() => addEventListener('click', () => window.got.push('click')));
  await page.mouse.click(300, 300);
  await expect.poll(async () => (await content(page)).evaluate(() => window.got)).toContain('click');
  expect(await lines(page)).toEqual([]);
});

for (const theme of ['light', 'dark', 'auto'] as const) {
  test(`the page is dimmed at once, as the widget dims it: theme ${theme}`, async ({ shop, server, page }) => {
    await page.emulateMedia({ colorScheme: theme === 'light' ? 'dark' : 'light' });
    const [hold, release] = latch();
    await page.route(`${server.origin}/?origin=*`, async (route) => {
      await hold;
      await route.continue();
    });
    const widget = await shop.open(await server.token(), { theme }, '/stripes');
    const dimmed = await pixel(page);
    expect(dimmed, 'not the plain page').not.toEqual([240, 200, 160]);
    release();
    await expect(widget.search).toBeVisible();
    await shown(page);
    expect(await pixel(page)).toEqual(dimmed);
  });
}

function latch(): [Promise<void>, () => void] {
  let release = () => {};
  return [new Promise<void>((resolve) => (release = resolve)), () => release()];
}

// What stands between may be a proxy that squeezes or marks scripts; the page's own policy then refuses them.
test.describe('a page whose scripts are refused', () => {
  test.use({ expectedNoise: [/Content Security Policy|WebAssembly\.instantiate/] });

  for (const [which, change] of [
    ['all of them', (html: string) => html.replaceAll('</script>', ' </script>')],
    ['the first', (html: string) => html.replace('</script>', ' </script>')],
    ['all of them, as they have a type of the proxy', (html: string) => html.replaceAll('<script', '<script type="x-text/javascript"')],
  ] as const) {
    test(`${which}: the host is told within seconds`, async ({ shop, server, page }) => {
      await page.route(`${server.origin}/?origin=*`, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: change(await response.text()) });
      });
      await shop.open(await server.token());
      await expect.poll(() => lines(page)).toEqual([UNREACHABLE]);
      await expect(page.locator('dialog, iframe')).toHaveCount(0);
    });
  }
});
