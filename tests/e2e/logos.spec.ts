// A bank's picture: in a box of its own size, whatever it is; the bank's letter where there is none.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/test';

const svg = (inner: string, attributes = '') => `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inner}</svg>`;

/** What a bank's picture could be. */
const PICTURES: [what: string, body: string][] = [
  ['a drawing without a size', svg('<circle cx="8" cy="8" r="8"/>')],
  ['a drawing as large as a wall', svg('<rect width="9000" height="9000"/>', 'width="9000" height="9000"')],
  ['one that is long and flat', svg('<rect width="900" height="30"/>', 'viewBox="0 0 900 30"')],
  ['one that can be seen through', svg('<path d="M2 8h12" stroke="#111"/>', 'viewBox="0 0 16 16"')],
];

const box = (row: Locator) => row.locator('.logo').evaluate((logo) => [logo.clientWidth, logo.clientHeight, getComputedStyle(logo).overflow]);

for (const scheme of ['light', 'dark'] as const) {
  for (const [what, body] of PICTURES) {
    test(`${scheme}, ${what}: it stands on white in its box, and no letter shines through`, async ({ page, shop, server }) => {
      await page.route('**/logos/demo.svg', (route) => route.fulfill({ body, contentType: 'image/svg+xml' }));
      const widget = await shop.open(await server.token(), { theme: scheme });
      const row = widget.row('Demo');
      const picture = row.locator('img');
      await expect(picture).toBeVisible();
      await expect(picture).toHaveCSS('background-color', 'rgb(255, 255, 255)');
      expect(await box(row)).toEqual([40, 40, 'hidden']);
      expect(await picture.evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight])).toEqual([40, 40]);
    });
  }
}

test.describe('a picture that is not there', () => {
  test.use({ expectedNoise: [/logos\/demo\.svg|Failed to load resource/] });

  for (const [what, answer] of [
    ['404', { status: 404, body: '' }],
    ['no picture at all', { body: 'a page', contentType: 'text/html' }],
  ] as const) {
    test(`${what}: the bank's letter stands in its place`, async ({ page, shop, server }) => {
      const asked = page.waitForRequest('**/logos/demo.svg');
      await page.route('**/logos/demo.svg', (route) => route.fulfill(answer));
      const widget = await shop.open(await server.token());
      const row = widget.row('Demo');
      await (await asked).response();
      await expect(row.locator('.logo')).toHaveText('d');
      await expect(row.locator('img')).toBeHidden();
      expect(await box(row)).toEqual([40, 40, 'hidden']);
    });
  }

  test('slow: the letter is there until the picture is, and its row stays as large', async ({ page, shop, server }) => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/logos/demo.svg', async (route) => {
      await held;
      await route.fulfill({ body: svg('<rect width="9" height="9"/>'), contentType: 'image/svg+xml' });
    });
    const widget = await shop.open(await server.token());
    const row = widget.row('Demo');
    await expect(row).toBeVisible();
    await expect(row.locator('img')).toBeHidden();
    const size = () => row.evaluate(({ offsetWidth, offsetHeight }: HTMLElement) => [offsetWidth, offsetHeight]);
    const before = await size();
    answer();
    await expect(row.locator('img')).toBeVisible();
    expect(await size()).toEqual(before);
  });
});

/** As the server makes one of two: light.png is red, dark.png is blue. */
const png = (data: string) => `data:image/png;base64,${data}`;
const RED = png('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC');
const BLUE = png('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC');
const image = (href: string) => `<image width="96" height="96" href="${href}"/>`;
const BOTH = svg(
  `<style>.d{display:none}@media(prefers-color-scheme:dark){.d{display:inline}.l{display:none}}</style>` +
    `<g class="l">${image(RED)}</g><g class="d"><path fill="#161a21" d="M0 0h96v96H0z"/>${image(BLUE)}</g>`,
  'viewBox="0 0 96 96"',
);

/** Red, green and blue in its middle, as it is seen. */
async function middle(seen: Locator, judge: Page): Promise<number[]> {
  const shot = (await seen.screenshot()).toString('base64');
  return judge.evaluate(async (shot) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${shot}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
    const context = canvas.getContext('2d')!;
    context.drawImage(picture, 0, 0);
    return [...context.getImageData(picture.width / 2, picture.height / 2, 1, 1).data.slice(0, 3)];
  }, shot);
}

test.describe('a picture with a dark variant', () => {
  // A screenshot hides the caret by a style of its own, which Firefox names where a page's policy refuses it.
  test.use({ expectedNoise: [/blocked an inline style/] });

  for (const system of ['light', 'dark'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      test(`a ${system} system, a ${theme} widget: it is the widget’s @every`, async ({ context, page, shop, server }) => {
        await page.emulateMedia({ colorScheme: system });
        const headers = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox" };
        await page.route('**/logos/demo.svg', (route) => route.fulfill({ body: BOTH, contentType: 'image/svg+xml', headers }));
        const widget = await shop.open(await server.token(), { theme });
        const picture = widget.row('Demo').locator('img');
        await expect(picture).toBeVisible();
        const judge = await context.newPage();
        const expected = theme === 'light' ? [255, 0, 0] : [0, 0, 255];
        await expect.poll(() => middle(picture, judge)).toEqual(expected);
      });
    }
  }
});
