// Whatever colours a page chooses: what is written in the widget can be read, what can be used is seen.
import { expect, test } from './support/test';
import { Widget } from './support/widget';

// connect.mjs says so in the console of the page that has chosen it.
test.use({ expectedNoise: [/the theme token `\w+` is no CSS colour/] });

const SCHEMES = ['light', 'dark'] as const;

/** What a page could choose without looking at it. */
const THEMES: [what: string, tokens: Record<string, string | { light: string; dark: string }>][] = [
  ['a pale accent', { accent: '#ffe94d' }],
  ['an accent like the card', { accent: { light: '#fdfdfd', dark: 'rgb(20 24 30)' } }],
  ['an accent in the middle', { accent: 'hsl(30 90% 55%)', onAccent: 'white' }],
  ['one dark surface for both schemes', { surface: 'midnightblue' }],
  ['text as pale as the ground', { text: '#f2f2f2', textMuted: '#e8e8e8', surface: '#eee', fieldLine: '#eee', focus: '#f0f0f0' }],
  ['grounds that fit nothing', { surfaceRaised: '#000', accentSoft: '#808080', danger: '#fee', warning: '#ffd', surface: '#fff' }],
  ['colours that can be seen through', { text: 'rgba(0, 0, 0, 0.2)', accent: '#ff000022', fieldLine: '#0000' }],
  ['what is no colour', { text: 'notacolour', accent: 'inherit' }],
];

/** Of all words on the page that keep less than is asked for: what they say, their contrast. Runs in the frame. */
function unreadable(body: Element): string[] {
  type Rgba = [number, number, number, number];
  const numbers = (colour: string): Rgba => {
    const [r = 0, g = 0, b = 0, a = 1] = colour.match(/[\d.]+/g)!.map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a]: Rgba, [R, G, B]: Rgba): Rgba => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]: Rgba) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ratio = (one: Rgba, two: Rgba) => {
    const [dark, bright] = [light(one), light(two)].sort((a, b) => a - b);
    return (bright! + 0.05) / (dark! + 0.05);
  };
  const ground = (element: Element | null): Rgba => {
    if (!element) return [255, 255, 255, 1];
    const own = numbers(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(element.parentElement));
  };
  const found: string[] = [];
  for (const element of body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim());
    const seen = element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-disabled=true], :disabled, .visually-hidden');
    if (!seen) continue;
    const behind = ground(element);
    const check = (what: string, colour: string, least: number) => {
      const has = ratio(over(numbers(colour), behind), behind);
      if (has < least - 0.01) found.push(`${what}: ${has.toFixed(2)}, ${colour} on ${behind}`);
    };
    if (words.length) check(words.map((node) => node.textContent).join(' '), style.color, 4.5);
    if (element.matches('input:not([type=radio], [type=checkbox]), select')) {
      check(`placeholder of ${element.id}`, getComputedStyle(element, '::placeholder').color, 4.5);
      check(`border of ${element.id}`, style.borderTopColor, 3);
    }
  }
  return found;
}

const isReadable = (widget: Widget) => expect.poll(() => widget.frame.locator('body').evaluate(unreadable)).toEqual([]);

for (const theme of SCHEMES) {
  for (const [what, themeTokens] of THEMES) {
    test(`${theme}, ${what}: everything can be read`, async ({ shop, server }) => {
      const widget = await shop.open(await server.token(), { theme, themeTokens });
      await expect(widget.results.first()).toBeVisible();
      await isReadable(widget);
      await widget.chooseDemo();
      await isReadable(widget);
      await widget.login('wealthica', 'anything');
      const choice = widget.frame.getByRole('radio').first();
      await choice.check();
      await isReadable(widget);
      const row = widget.frame.locator('.choice:has(:checked)');
      const edge = await row.evaluate((row) => getComputedStyle(row).borderTopColor);
      const card = await widget.frame.locator('main.card').evaluate((card) => getComputedStyle(card).backgroundColor);
      expect(edge).not.toBe(card);
    });
  }
}

test('a colour that can be read is shown as it was chosen, and one that cannot is moved when it is chosen later', { tag: '@every' }, async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token(), { theme: 'light', themeTokens: { accent: 'rebeccapurple', text: '#333', radius: '3px' } });
  await widget.chooseDemo();
  const [button, title] = [widget.button('Log in'), widget.title('Log in to Demo')];
  await expect(button).toHaveCSS('background-color', 'rgb(102, 51, 153)');
  await expect(button).toHaveCSS('color', 'rgb(255, 255, 255)');
  await expect(title).toHaveCSS('color', 'rgb(51, 51, 51)');
  await page.evaluate(() => window.session.update({ themeTokens: { accent: '#ffee00' } }));
  await expect(button).toHaveCSS('background-color', 'rgb(255, 238, 0)');
  await expect(button).toHaveCSS('color', 'rgb(0, 0, 0)');
  await isReadable(widget);
  await page.evaluate(() => window.session.update({ themeTokens: { surface: '#111' } }));
  await isReadable(widget);
});

for (const theme of SCHEMES) {
  for (const [what, themeTokens] of [['our own', undefined], ["a page's", { text: '#777', textMuted: '#777', line: '#eee' }]] as const) {
    test(`${theme}, ${what} colours, more contrast wanted: all text is as dark as the darkest, and lines are seen`, async ({ page, shop, server }) => {
      await page.emulateMedia({ contrast: 'more' });
      const widget = await shop.open(await server.token(), { theme, themeTokens });
      const title = widget.title(/bank/);
      await expect(title).toBeVisible();
      // The later part of the program has moved what was chosen.
      await isReadable(widget);
      const colour = await title.evaluate((title) => getComputedStyle(title).color);
      await expect(widget.frame.locator('.search .lead')).toHaveCSS('color', colour);
      await expect(widget.frame.locator('.banks .tile').first()).toHaveCSS('border-top-color', colour);
    });
  }
}
