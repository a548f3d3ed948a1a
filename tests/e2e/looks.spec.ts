// What is seen where colours are pale, few or forced, and what the keyboard reaches where something scrolls.
import type { Locator } from '@playwright/test';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

const SCHEMES = ['light', 'dark'] as const;

/** Of what stands in an empty field against its ground, as WCAG counts it. Runs in the page. */
function contrast(field: Element): { contrast: number; ground: number } {
  const numbers = (colour: string) => colour.match(/[\d.]+/g)!.map(Number);
  const { color, opacity } = getComputedStyle(field, '::placeholder');
  const [letters, ground] = [numbers(color), numbers(getComputedStyle(field).backgroundColor)];
  const alpha = (letters[3] ?? 1) * Number(opacity);
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (colour: number[]) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => sum + weight * linear(colour[at]! / 255), 0);
  const seen = light(letters.slice(0, 3).map((part, at) => alpha * part + (1 - alpha) * ground[at]!));
  const [dark, bright] = [seen, light(ground)].sort((a, b) => a - b);
  return { contrast: (bright! + 0.05) / (dark! + 0.05), ground: light(ground) };
}

for (const colorScheme of SCHEMES) {
  test(`${colorScheme}: what stands in an empty field can be read`, { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token(), { theme: colorScheme });
    await expect(widget.search).toHaveAttribute('placeholder', /bank/);
    const { contrast: ratio, ground } = await widget.search.evaluate(contrast);
    expect(ground > 0.5).toBe(colorScheme === 'light');
    expect(ratio).toBeGreaterThanOrEqual(4.5);
  });
}

/** What forced colours leave of how an element looks. */
const edge = (element: Locator) =>
  element.evaluate((element) => {
    const { borderTopStyle, borderTopWidth, borderTopColor, outlineStyle } = getComputedStyle(element);
    return [borderTopStyle, borderTopWidth, borderTopColor, outlineStyle].join(' ');
  });

for (const theme of SCHEMES) {
  test(`${theme}: what can be chosen is drawn on the ground of its row`, { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token(), { theme });
    await widget.loginToDemo('wealthica', 'anything');
    const [first, second] = [widget.frame.getByRole('radio').nth(0), widget.frame.getByRole('radio').nth(1)];
    await first.check();
    const ground = await widget.frame.locator('main.card').evaluate((card) => getComputedStyle(card).backgroundColor);
    await expect(second).toHaveCSS('appearance', 'none');
    await expect(second).toHaveCSS('background-color', ground);
    await expect(first).not.toHaveCSS('background-color', ground);
  });
}

const scrolling = (widget: Widget) => widget.frame.locator('main .content');
const scrolls = (widget: Widget) => scrolling(widget).evaluate((part) => part.scrollHeight > part.clientHeight);
const scrolled = (widget: Widget) => scrolling(widget).evaluate((part) => part.scrollTop);

for (const colorScheme of SCHEMES) {
  test.describe(`${colorScheme}, with forced colours`, () => {
    test.beforeEach(({ page }) => page.emulateMedia({ forcedColors: 'active', colorScheme }));

    test('buttons have an edge; the row at the keys, and a pressed button, look different', async ({ shop, server }) => {
      const widget = await shop.open(await server.token());
      const [first, second] = [widget.results.nth(0), widget.results.nth(1)];
      await expect(second).toBeVisible();
      await widget.search.press('ArrowDown');
      await expect(first).toHaveAttribute('aria-selected', 'true');
      expect(await edge(first)).not.toBe(await edge(second));

      await widget.chooseDemo();
      const login = widget.button('Log in');
      const ground = await login.evaluate((button) => getComputedStyle(button).backgroundColor);
      await expect(login).toHaveCSS('border-top-width', '1px');
      await expect(login).not.toHaveCSS('border-top-color', ground);

      const eye = widget.button('Show password');
      const hidden = await edge(eye);
      await eye.click();
      await expect(eye).toHaveAttribute('aria-pressed', 'true');
      expect(await edge(eye)).not.toBe(hidden);

      const plain = await edge(widget.password);
      await widget.login('somebody', 'else');
      await widget.asksLoginAgain('Demo', 'somebody');
      await widget.username.focus();
      expect(await edge(widget.password)).not.toBe(plain);
    });

    test('what is chosen, what cannot be, and what is held look different', async ({ page, shop, server }) => {
      const widget = await shop.open(await server.token({ account_selection: 'multiple' }));
      await widget.loginTo('Accounts Bank', 'user_good', 'many');
      const row = (name: string) => widget.frame.locator('label').filter({ hasText: name });
      const box = row('Everyday').getByRole('checkbox');
      const chosen = await edge(row('Everyday'));
      await box.uncheck();
      const free = await edge(row('Everyday'));
      expect(free).not.toBe(chosen);
      expect(await edge(row('House'))).not.toBe(free);

      const connect = widget.button('Connect');
      const ready = await edge(connect);
      await page.route('**/v1/institutions/*', (route) => (route.request().method() === 'PUT' ? undefined : route.continue()));
      await box.check();
      await connect.click();
      await expect(box).toBeDisabled();
      expect(await edge(connect)).not.toBe(ready);
    });
  });
}

test.describe('where something scrolls', () => {
  test('the keyboard stops at what can be pressed, and not at the scrolling part as well', { tag: '@every' }, async ({ page, server }) => {
    await page.setViewportSize({ width: 320, height: 300 });
    await page.goto(`${server.origin}/#token=${await server.token()}`);
    const widget = new Widget(page);
    await expect(widget.results.first()).toBeVisible();
    expect(await scrolls(widget)).toBe(true);
    await widget.search.focus();
    await page.keyboard.press('Shift+Tab');
    await expect(widget.close).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(widget.search).toBeFocused();
  });

  test('the keyboard reaches it where there is nothing to press in it', { tag: '@every' }, async ({ page, server, host }) => {
    await page.goto(`${host}/plain`);
    const src = `${server.origin}/#token=${await server.token()}&origin=${encodeURIComponent(host)}&provider=demo`;
    await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, width: 320, height: 120 })), src);
    const widget = new Widget(page.frameLocator('iframe'));
    await widget.close.click();
    await expect(widget.title('Go back to the app')).toBeFocused();
    expect(await scrolls(widget)).toBe(true);
    await page.keyboard.press('Shift+Tab');
    await expect(scrolling(widget)).toBeFocused();
    await page.keyboard.press('End');
    await expect.poll(() => scrolled(widget)).toBeGreaterThan(0);
  });
});
