// Names, amounts, languages and sizes as they also come.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './support/test';
import type { Widget } from './support/widget';

/** Answers of the API, changed before the widget has them. */
const change = (context: BrowserContext, address: string, edit: (body: any) => void) =>
  context.route(address, async (route) => {
    // The test may have ended meanwhile.
    const response = await route.fetch().catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (!response || text === undefined) return;
    const body = text && response.ok() ? JSON.parse(text) : undefined;
    if (body) edit(body);
    await route.fulfill(body ? { response, json: body } : { response, body: text }).catch(() => undefined);
  });

const widgetFrame = (page: Page, origin: string) => page.frames().find((frame) => frame.url().startsWith(origin))!;

const ODD = [
  { currency: null, balance: 12.5 },
  { currency: '', balance: 12.5 },
  { currency: 'usd', balance: 12.5 },
  { currency: 'USDC', balance: 12.5 },
  { currency: '€', balance: 1e15 },
  { currency: 'XXX', balance: '12.5', mask: '9'.repeat(40) },
  { name: null, kind: 'no such kind', balance: null, mask: null },
  { name: '', balance: -0.005, currency: 'BTC' },
];

test('odd accounts: every row is there and can be chosen, with the currency as the bank has it', async ({ shop, server, context }) => {
  await change(context, '**/v1/institutions/**', (body) => {
    if (!body.accounts?.length) return;
    const [account] = body.accounts;
    body.accounts = ODD.map((odd, at) => ({ ...account, ...odd, id: at === 0 ? account.id : `odd_${at}` }));
  });
  const widget = await shop.open(await server.token({ account_selection: 'multiple' }));
  await widget.loginTo('Accounts Bank', 'user_good', 'many');
  const boxes = widget.frame.getByRole('checkbox');
  await expect(boxes).toHaveCount(ODD.length);
  const rows = widget.frame.locator('.choice');
  await expect(rows.nth(1)).toContainText('12.5');
  await expect(rows.nth(2)).toContainText('$12.50');
  await expect(rows.nth(3)).toContainText('12.5 USDC');
  await expect(rows.nth(4)).toContainText('1,000,000,000,000,000 €');
  await expect(rows.nth(6)).toContainText('Account');
  await expect(rows.nth(7)).toContainText('BTC');
  for (let at = 1; at < ODD.length; at += 1) await boxes.nth(at).uncheck();
  await widget.button('Connect').click();
  await expect(widget.title('Accounts Bank is connected')).toBeVisible();
  await expect(widget.frame.locator('.rows li')).toHaveCount(ODD.length);
  await widget.done.click();
});

const LONG = 'Kreditinstitutszusammenschlussgesellschaft'.repeat(3);

/** Nothing stands out sideways, and what leads on can be reached. */
async function fits(widget: Widget, page: Page, origin: string, button?: string): Promise<void> {
  await expect
    .poll(() =>
      widgetFrame(page, origin).evaluate(() => {
        const wide = (element: Element) => element.scrollWidth > element.clientWidth + 1;
        const names = (element: Element) => `${element.tagName}.${element.className}`;
        return [document.documentElement, ...document.querySelectorAll('.card, .content, .screen, .actions, .primary, .choice, li, h1, p')].filter((element) => element.clientWidth > 1 && wide(element)).map(names);
      }),
    )
    .toEqual([]);
  if (!button) return;
  await widget.button(button).scrollIntoViewIfNeeded();
  await expect(widget.button(button)).toBeInViewport({ ratio: 0.99 });
}

for (const [width, height, size] of [
  [320, 480, 1],
  [360, 640, 1],
  [280, 653, 1],
  [300, 500, 1],
  [360, 640, 2],
] as const) {
  test(`long names in ${width} × ${height}, text at ${size * 100} %`, async ({ shop, server, page, context }) => {
    await page.setViewportSize({ width, height });
    if (size > 1) {
      await context.addInitScript((size) => {
        addEventListener('DOMContentLoaded', () => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`:root { font-size: ${16 * size}px }`);
          document.adoptedStyleSheets.push(sheet);
        });
      }, size);
    }
    const names = [LONG, '🏦'.repeat(12), 'ธนาคารกรุงเทพจำกัดมหาชน'.repeat(3), 'Commerzbank', 'Barclays'];
    const rename = (provider: any, at: number) => Object.assign(provider, { name: names[at % names.length], country: 'GB', url: undefined, popular: true });
    await change(context, '**/v1/session*', (body) => (body.client.name = 'Buchhaltung für Kleinstunternehmen '.repeat(2) + 'Steuerberatungsgesellschaft'));
    await change(context, '**/v1/providers?*', (body) => body.items.forEach(rename));
    await change(context, '**/v1/providers/*', (body) => rename(body, 0));
    await change(context, '**/v1/institutions/**', (body) => {
      for (const account of body.accounts ?? []) account.name = 'Girokonto'.repeat(11);
      const challenge = body.sync_error?.challenge;
      if (challenge) challenge.prompt = 'What was the name of your first pet? '.repeat(16);
      for (const choice of challenge?.choices ?? []) choice.label = 'Antwortmöglichkeit'.repeat(11);
    });
    const widget = await shop.open(await server.token({ account_selection: 'multiple' }));
    await expect(widget.results.first()).toBeVisible();
    await fits(widget, page, server.origin);
    await widget.search.fill('mfa');
    // The rows of before stay until the answer.
    await expect(widget.results).toHaveCount(1);
    await widget.results.first().click();
    await fits(widget, page, server.origin, 'Log in');
    await widget.login('user_good', 'choice');
    await expect(widget.frame.getByRole('radio').first()).toBeVisible();
    await fits(widget, page, server.origin, 'Continue');
    await widget.frame.getByRole('radio').first().check();
    await widget.frame.getByRole('radio').nth(2).check();
    await widget.button('Continue').click();
    await expect(widget.frame.getByRole('heading', { level: 1 })).toBeVisible();
    await fits(widget, page, server.origin);
  });
}

test('300 × 500: no word of a bank or a country is broken', async ({ shop, server, page }) => {
  await page.setViewportSize({ width: 300, height: 500 });
  const widget = await shop.open(await server.token());
  await expect(widget.results.nth(3)).toBeVisible();
  const broken = () =>
    widgetFrame(page, server.origin).evaluate(() => {
      const range = document.createRange();
      const texts = document.createTreeWalker(document.querySelector('[role=listbox]')!, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (texts.nextNode()) {
        const node = texts.currentNode as Text;
        for (const { index, 0: word } of node.data.matchAll(/[\p{L}\d]+/gu)) {
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) found.push(word);
        }
      }
      return found;
    });
  expect(await broken()).toEqual([]);
});

test('the browser’s own size of text is the widget’s', async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await expect(widget.search).toBeVisible();
  const size = (selector: string) => widget.frame.locator(selector).first().evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  const before = [await size('h1'), await size('#search'), await size('.name')];
  await widgetFrame(page, server.origin).evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(':root { font-size: 32px }');
    document.adoptedStyleSheets.push(sheet);
  });
  expect([await size('h1'), await size('#search'), await size('.name')]).toEqual(before.map((size) => 2 * size));
});

test('names from right to left leave the sentence around them as it is', async ({ shop, server, page, context }) => {
  const BANK = 'בנק לאומי (ישראל)';
  await change(context, '**/v1/session*', (body) => (body.client.name = 'חנות'));
  await change(context, '**/v1/providers?*', (body) => body.items.forEach((provider: any) => (provider.name = BANK)));
  await change(context, '**/v1/providers/*', (body) => (body.name = BANK));
  /** The last sign of the sentence stands at its right end. */
  const endsRight = (selector: string) =>
    widgetFrame(page, server.origin).evaluate((selector) => {
      const element = document.querySelector(selector)!;
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const nodes: Text[] = [];
      while (texts.nextNode()) nodes.push(texts.currentNode as Text);
      const last = nodes.at(-1)!;
      const range = document.createRange();
      range.setStart(last, last.data.length - 1);
      range.setEnd(last, last.data.length);
      const sign = range.getBoundingClientRect();
      range.selectNodeContents(element);
      const line = [...range.getClientRects()].filter(({ bottom }) => bottom >= sign.bottom - 2);
      return { sign: last.data.at(-1), isLast: sign.right >= Math.max(...line.map(({ right }) => right)) - 1 };
    }, selector);
  const widget = await shop.open(await server.token());
  await expect(widget.results.first()).toBeVisible();
  expect(await endsRight('.lead')).toEqual({ sign: '.', isLast: true });
  await expect(widget.results.first().locator('bdi')).toHaveText(BANK);
  const row = (await widget.results.first().locator('.name').boundingBox())!;
  const name = (await widget.results.first().locator('bdi').boundingBox())!;
  expect(Math.abs(name.x - row.x), 'it begins where the other names begin').toBeLessThan(2);
  await widget.results.first().click();
  await expect(widget.frame.getByRole('heading', { level: 1 })).toHaveText(`Log in to \u2068${BANK}\u2069`);
  await expect(widget.frame.locator('.safety')).toBeVisible();
  expect(await endsRight('.safety')).toMatchObject({ isLast: true });
});

test.describe('a language as it also comes', () => {
  test.use({ expectedNoise: [/`lang` is one of/] });

  for (const lang of ['ja_JP', '', 'en-US@posix', 'c', 'x-klingon', 'zh-Hant-TW-u-nu-hanidec', 'x'.repeat(300)]) {
    test(`${JSON.stringify(lang.slice(0, 30))}`, async ({ shop, server, context, page }) => {
      await context.addInitScript((lang) => {
        Object.defineProperty(navigator, 'language', { get: () => lang });
        Object.defineProperty(navigator, 'languages', { get: () => [lang] });
      }, lang.slice(0, 5));
      const widget = await shop.open(await server.token({ account_selection: 'multiple' }), { lang });
      await expect(widget.results.first()).toBeVisible();
      await widgetFrame(page, server.origin).evaluate(() => (document.documentElement.lang = 'auto'));
      await widget.loginTo('Accounts Bank', 'user_good', 'many');
      await widget.button('Connect').click();
      await widget.finish('Accounts Bank');
    });
  }
});
