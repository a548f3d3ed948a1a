// A bank's picture: in a box of its own size, whatever it is; the bank's letter where there is none.
import type { Locator } from '@playwright/test';
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
