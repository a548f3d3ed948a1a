// The language of whoever reads: which one it is, where its words come from, and how it is changed.
import type { FrameLocator, Page } from '@playwright/test';
import { expect, test } from './support/test';
import { LANGUAGES, Words } from './support/words';

const FILES = '**/connect-words-*.txt';

/** The words that the page asks for. */
function asked(page: Page): string[] {
  const files: string[] = [];
  page.on('request', (request) => {
    const name = /connect-words-([\w-]+)-[0-9a-f]{8}\.txt$/.exec(request.url())?.[1];
    if (name) files.push(name);
  });
  return files;
}

for (const language of LANGUAGES) {
  test(`${language}: chosen by lang, with its own words only`, async ({ page, server }) => {
    const words = new Words(language);
    const files = asked(page);
    await page.goto(`${server.origin}/?lang=${language}#token=${await server.token()}`);
    await expect(page.getByRole('combobox', { name: words.text('first.search_label') })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.locator('html')).toHaveAttribute('dir', words.text('direction'));
    await expect(page).toHaveTitle(words.text('page.title'));
    await page.getByRole('combobox').fill('demo');
    await page.getByRole('option').filter({ hasText: 'Demo' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: words.text('later.login_title', 'Demo') })).toBeVisible();
    await expect(page.getByLabel(words.text('later.password'), { exact: true })).toBeVisible();
    await expect(page.getByText(words.text('sandbox.demo'))).toBeVisible();
    expect(files).toEqual(language === 'en' ? [] : [language]);
  });
}

for (const [wish, language] of [
  ['fr-CA', 'fr'],
  ['es_MX', 'es'],
  ['PT-br', 'pt'],
  ['de-Latn-CH', 'de'],
  ['ja', 'en'],
  ['no language at all', 'en'],
] as const) {
  test(`lang=${wish}: ${language}`, async ({ page, server }) => {
    await page.goto(`${server.origin}/?lang=${encodeURIComponent(wish)}#token=${await server.token()}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(new Words(language).text('first.search_title'));
  });
}

test.describe('without a wish of the app', () => {
  test.use({ locale: 'it-CH' });

  test('the browser’s language, with its region', async ({ page, server }) => {
    await page.goto(`${server.origin}/#token=${await server.token()}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(new Words('it').text('first.search_title'));
    await expect(page.locator('html')).toHaveAttribute('lang', 'it-CH');
  });
});

test.describe('while the words are on their way', () => {
  test('nothing is read in another language, neither before nor after', async ({ page, server }) => {
    const french = new Words('fr');
    let letGo = () => {};
    const gone = new Promise<void>((open) => (letGo = open));
    await page.route(FILES, async (route) => (await gone, route.continue()));
    await page.goto(`${server.origin}/?lang=fr#token=${await server.token()}`);
    await expect(page.locator('#outline')).toBeVisible();
    await expect(page.locator('#outline h1')).toBeHidden();
    letGo();
    await expect(page.getByRole('combobox', { name: french.text('first.search_label') })).toBeVisible();
    await expect(page.locator('#outline')).toHaveCount(0);
  });
});

test.describe('words that cannot be had', () => {
  test.use({ expectedNoise: [/connect-words-/] });

  test('an error: English, and nothing is said of it', async ({ page, server }) => {
    await page.route(FILES, (route) => route.abort());
    await page.goto(`${server.origin}/?lang=fr#token=${await server.token()}`);
    await expect(page.getByRole('combobox', { name: new Words('en').text('first.search_label') })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test('the next language that the browser names', async ({ page, server }) => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'languages', { value: ['es-MX', 'en'] }));
    await page.route('**/connect-words-fr-*.txt', (route) => route.fulfill({ status: 404, body: 'gone' }));
    await page.goto(`${server.origin}/?lang=fr#token=${await server.token()}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(new Words('es').text('first.search_title'));
  });
});

/** The words of the widget in the app's dialog. */
const widget = (page: Page): FrameLocator => page.frameLocator('dialog iframe');

async function open(page: Page, host: string, options: object): Promise<FrameLocator> {
  await page.goto(`${host}/`);
  await page.evaluate((options) => void window.start(options), options);
  return widget(page);
}

test.describe('update({ lang })', () => {
  const french = new Words('fr');
  const german = new Words('de');

  test('at once, and what is typed stays', async ({ page, server, host }) => {
    const frame = await open(page, host, { token: await server.token(), lang: 'fr' });
    await frame.getByRole('combobox').fill('demo');
    await page.evaluate(() => window.session.update({ lang: 'de' }));
    await expect(frame.getByRole('heading', { level: 1 })).toHaveText(german.text('first.search_title'));
    await expect(frame.getByRole('combobox')).toHaveValue('demo');
    await expect(frame.getByRole('combobox')).toBeFocused();
    await frame.getByRole('option').filter({ hasText: 'Demo' }).first().click();
    await frame.getByLabel(german.text('later.username'), { exact: true }).fill('wealthica');
    await frame.getByLabel(german.text('later.password'), { exact: true }).fill('anything');
    await page.evaluate(() => window.session.update({ lang: 'fr' }));
    await expect(frame.getByRole('heading', { level: 1 })).toHaveText(french.text('later.login_title', 'Demo'));
    await expect(frame.getByLabel(french.text('later.username'), { exact: true })).toHaveValue('wealthica');
    await expect(frame.getByLabel(french.text('later.password'), { exact: true })).toHaveValue('anything');
    await expect(frame.getByLabel(french.text('later.password'), { exact: true })).toBeFocused();
    await frame.getByRole('button', { name: french.text('later.login_button'), exact: true }).click();
    const choice = frame.getByRole('radio', { name: 'JavaScript' });
    await choice.check();
    await page.evaluate(() => window.session.update({ lang: 'en' }));
    await expect(frame.getByRole('button', { name: 'Continue' })).toBeVisible();
    await expect(choice).toBeChecked();
    await frame.getByRole('button', { name: 'Continue' }).click();
    await frame.getByRole('textbox').fill('ru');
    await page.evaluate(() => window.session.update({ lang: 'it' }));
    await expect(frame.getByRole('button', { name: new Words('it').text('later.continue') })).toBeVisible();
    await expect(frame.getByRole('textbox')).toHaveValue('ru');
  });

  test('what a screen reader calls the window, too; a title of the page’s own stays', async ({ page, server, host }) => {
    await open(page, host, { token: await server.token(), lang: 'fr-CA' });
    const title = french.text('sdk.title');
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await expect(page.locator('dialog iframe')).toHaveAttribute('title', title);
    await open(page, host, { token: await server.token(), lang: 'fr', title: 'My bank' });
    await expect(page.locator('dialog iframe')).toHaveAttribute('title', 'My bank');
  });

  test('of two wishes the later one counts, whichever has its words first', async ({ page, server, host }) => {
    const frame = await open(page, host, { token: await server.token(), lang: 'en' });
    await expect(frame.getByRole('combobox')).toBeVisible();
    let letGo = () => {};
    const gone = new Promise<void>((open) => (letGo = open));
    await page.route('**/connect-words-fr-*.txt', async (route) => (await gone, route.continue()));
    const came = page.waitForResponse('**/connect-words-fr-*.txt');
    await page.evaluate(() => (window.session.update({ lang: 'fr' }), window.session.update({ lang: 'de' })));
    await expect(frame.getByRole('heading', { level: 1 })).toHaveText(german.text('first.search_title'));
    letGo();
    await (await came).finished();
    // What was fetched has been dealt with by now.
    await frame.locator('html').evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    await expect(frame.locator('html')).toHaveAttribute('lang', 'de');
    await expect(frame.getByRole('heading', { level: 1 })).toHaveText(german.text('first.search_title'));
  });

  test('before the widget is there: the last one counts', async ({ page, server, host }) => {
    await page.goto(`${host}/`);
    const token = await server.token();
    await page.evaluate((token) => {
      void window.start({ token, lang: 'fr' });
      window.session.update({ lang: 'es' });
      window.session.update({ lang: 'de' });
    }, token);
    await expect(widget(page).getByRole('heading', { level: 1 })).toHaveText(german.text('first.search_title'));
  });
});

test.describe('a program that cannot be loaded', () => {
  test.use({ expectedNoise: [/ERR_FAILED|Failed to fetch|_bg\.wasm/] });

  test('is told in the reader’s language', async ({ page, server }) => {
    await page.route('**/*_bg.wasm', (route) => route.abort());
    await page.goto(`${server.origin}/?lang=fr#token=${await server.token()}`);
    const french = new Words('fr');
    await expect(page.getByRole('alert')).toContainText(french.text('page.unloaded'));
    await expect(page.getByRole('button', { name: french.text('page.again') })).toBeVisible();
  });
});
