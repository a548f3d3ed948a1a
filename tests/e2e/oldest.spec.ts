// The oldest browsers (README, "Browsers"): Chromium with what they do not know taken out of the style sheets.
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';
import type { Widget } from './support/widget';

const UNKNOWN = [
  [/light-dark\(/g, 'no-such-function('],
  [/:has\(/g, ':no-such-class('],
  [/@supports \(/g, '@supports (no-such-property: 1) and ('],
  [/text-wrap:|scrollbar-[a-z]+:/g, 'no-such-property:'],
] as const;

async function isOld(page: Page, widget: string): Promise<void> {
  await page.route(
    (url) => url.origin === widget && url.pathname === '/',
    async (route) => {
      const response = await route.fetch();
      const body = UNKNOWN.reduce((html, [known, unknown]) => html.replace(known, unknown), await response.text());
      const { 'content-security-policy': _, ...headers } = response.headers();
      await route.fulfill({ response, headers, body });
    },
  );
}

/** Colours as the browser computed them, and how they stand out, as WCAG counts it. */
const looks = (widget: Widget) =>
  widget.button('Log in').evaluate((button) => {
    const figures = (colour: string) => colour.match(/[\d.]+/g)!.map(Number);
    const light = (colour: string) => {
      const [red, green, blue] = figures(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const contrast = (one: string, other: string) => {
      const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
      return (more! + 0.05) / (less! + 0.05);
    };
    const card = getComputedStyle(button.closest('.card')!);
    const own = getComputedStyle(button);
    return {
      card: card.backgroundColor,
      button: own.backgroundColor,
      onCard: contrast(card.color, card.backgroundColor),
      onButton: contrast(own.color, own.backgroundColor),
      dimmed: figures(getComputedStyle(button.closest('.page')!).backgroundColor)[3]! > 0.3,
    };
  });

for (const [theme, card, button] of [
  ['light', 'rgb(255, 255, 255)', 'rgb(23, 86, 214)'],
  ['dark', 'rgb(22, 26, 33)', 'rgb(111, 157, 255)'],
] as const) {
  test(`${theme}: the card covers the page, and everything on it can be read`, async ({ shop, server, page }) => {
    await isOld(page, server.origin);
    const widget = await shop.open(await server.token(), { theme });
    await widget.chooseDemo();
    const seen = await looks(widget);
    expect(seen).toMatchObject({ card, button, dimmed: true });
    expect(Math.min(seen.onCard, seen.onButton)).toBeGreaterThan(4.5);
  });
}

test('a page that follows the system is dark where that is', async ({ shop, server, page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await isOld(page, server.origin);
  const widget = await shop.open(await server.token());
  await widget.chooseDemo();
  expect(await looks(widget)).toMatchObject({ card: 'rgb(22, 26, 33)' });
});

test('a client’s accent, one for light and one for dark: the button can be read', async ({ shop, server, page }) => {
  await isOld(page, server.origin);
  const widget = await shop.open(await server.token(), { theme: 'light', themeTokens: { accent: { light: '#0a4d2f', dark: '#9fdcb8' } } });
  await widget.chooseDemo();
  const seen = await looks(widget);
  expect(seen.button).toBe('rgb(10, 77, 47)');
  expect(seen.onButton).toBeGreaterThan(4.5);
  await expect(widget.frame.locator('html')).not.toHaveAttribute('style', /light-dark/);
});

test('a bank’s second line stands beside its picture', async ({ shop, server, page }) => {
  await isOld(page, server.origin);
  const widget = await shop.open(await server.token());
  const row = widget.results.filter({ has: widget.frame.locator('small:not(:empty)') }).first();
  const [picture, words] = [await row.locator('.logo').boundingBox(), await row.locator('small').boundingBox()];
  expect(words!.x).toBeGreaterThan(picture!.x + picture!.width);
});
