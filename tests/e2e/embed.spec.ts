// Without connect(): a plain iframe, and the form posts that Wealthica's SDK and its Connect URL use.
import type { Page } from '@playwright/test';
import { wire } from './support/host-page';
import { APP, expect, test } from './support/test';
import { Widget } from './support/widget';

/** Every address that anything was asked of, and every address of every frame. */
function addresses(page: Page): string[] {
  const seen: string[] = [];
  page.context().on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
  page.on('framenavigated', (frame) => seen.push(frame.url()));
  return seen;
}

async function frameOf(page: Page) {
  return (await (await page.locator('iframe').elementHandle())!.contentFrame())!;
}

const login = (widget: Widget) => widget.loginToDemo('wealthica', 'wealthica');

async function connect(widget: Widget): Promise<void> {
  await login(widget);
  await widget.finish('Demo');
}

/** A form post into an iframe, or into the page itself, as a host's own markup does it. */
const post = (page: Page, action: string, token: string, target: 'frame' | '_self') =>
  page.evaluate(
    ([action, token, target]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action, target });
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'token', value: token }));
      if (target === 'frame') document.body.append(Object.assign(document.createElement('iframe'), { name: 'frame', width: 420, height: 680 }));
      document.body.append(form);
      form.submit();
    },
    [action, token, target] as const,
  );

test('a plain iframe with the token in the fragment gets the same messages; the token leaves the address at once', { tag: '@every' }, async ({ page, server, host }) => {
  const token = await server.token();
  await page.goto(`${host}/plain`);
  await page.evaluate(
    (src) => document.body.append(Object.assign(document.createElement('iframe'), { src, width: 420, height: 680 })),
    `${server.origin}/#token=${token}&origin=${encodeURIComponent(host)}&state=s1`,
  );
  const widget = new Widget(page.frameLocator('iframe'));
  await expect(widget.search).toBeVisible();
  expect((await frameOf(page)).url()).not.toContain(token);
  await widget.loginToDemo('wealthica', 'wealthica');
  await widget.finish('Demo');
  // `loaded` is said again while the program comes.
  const said = async () => (await wire(page)).map(({ type, name, data }) => [type, name ?? '', data?.screen ?? ''].join(' ').trim()).filter((line, at, all) => line !== 'loaded' || at === all.indexOf('loaded'));
  await expect.poll(said).toEqual([
    'loaded', 'event opened', 'event screen_shown search', 'event institution_selected', 'event screen_shown credentials',
    'event credentials_submitted', 'event screen_shown connecting', 'event connected', 'event screen_shown success', 'success',
  ]);
  expect((await wire(page)).at(-1)).toEqual({
    connect_widget: 1,
    type: 'success',
    data: { institution_id: expect.any(String), provider: 'demo', provider_name: 'Demo', accounts: expect.any(Array), state: 's1' },
  });
  expect(await page.evaluate(() => window.raw.every(({ origin }) => origin))).toBe(true);
});

test('a token in the query is no token', async ({ page, server }) => {
  await page.goto(`${server.origin}/?token=${await server.token()}`);
  await expect(new Widget(page).title(/can.t be opened/)).toBeVisible();
  await expect(new Widget(page).search).toHaveCount(0);
});

const wealthica = (page: Page) => page.evaluate(() => window.raw.map(({ data }) => data).filter((data) => data?.wealthica));

test('POST /connect into an iframe: Wealthica messages, the token in no address, the result in the last one', async ({ page, server, host }) => {
  const token = await server.token();
  const seen = addresses(page);
  await page.goto(`${host}/plain`);
  await post(page, `${server.origin}/connect?client_id=demo&origin=${encodeURIComponent(host)}`, token, 'frame');
  const widget = new Widget(page.frameLocator('iframe'));
  await widget.loginToDemo('wealthica', 'wealthica');
  await expect.poll(async () => (await wealthica(page)).filter(({ event }) => ['success', 'error', 'close'].includes(event))).toEqual([
    { wealthica: true, event: 'success', institution: expect.any(String), provider: 'demo' },
  ]);
  const { institution } = (await wealthica(page)).at(-1);
  await expect.poll(async () => new URL((await frameOf(page)).url()).pathname).toBe('/connected');
  const last = new URL((await frameOf(page)).url()).searchParams;
  expect([last.get('institution'), last.get('code')]).toEqual([institution, institution]);
  expect(seen.filter((address) => address.includes(token))).toEqual([]);
  expect((await wealthica(page)).every(({ event, data }) => event === 'success' || (data !== null && data !== undefined))).toBe(true);
});

test('POST /connect/demo goes straight to the bank; X: close, and /exit', async ({ page, server, host }) => {
  await page.goto(`${host}/plain`);
  await post(page, `${server.origin}/connect/demo?client_id=demo&origin=${encodeURIComponent(host)}`, await server.token(), 'frame');
  const widget = new Widget(page.frameLocator('iframe'));
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await widget.close.click();
  await expect.poll(async () => (await wealthica(page)).filter(({ event }) => ['success', 'error', 'close'].includes(event))).toEqual([{ wealthica: true, event: 'close' }]);
  await expect.poll(async () => new URL((await frameOf(page)).url()).pathname).toBe('/exit');
  const last = new URL((await frameOf(page)).url()).searchParams;
  expect(last.get('error_type')).toBe('400');
  expect(last.get('message')).toMatch(/.+/);
});

test('POST /connect at the top: the same, without messages', { tag: '@every' }, async ({ page, server, host }) => {
  const token = await server.token();
  const seen = addresses(page);
  await page.goto(`${host}/plain`);
  await post(page, `${server.origin}/connect?client_id=demo&state=${encodeURIComponent('a b&c')}`, token, '_self');
  const widget = new Widget(page);
  await widget.loginToDemo('wealthica', 'wealthica');
  await page.waitForURL(/\/connected\?/);
  const result = new URL(page.url()).searchParams;
  expect(result.get('institution')).toBe(result.get('code'));
  expect(result.get('state')).toBe('a b&c');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(seen.filter((address) => address.includes(token))).toEqual([]);
});

test('a registered redirect_uri gets institution, code, provider and state', async ({ page, server, host }) => {
  const uri = `${server.origin}/demo/return`;
  await page.goto(`${host}/plain`);
  await post(page, `${server.origin}/connect?client_id=demo&redirect_uri=${encodeURIComponent(uri)}&state=s7`, await server.token(), '_self');
  const widget = new Widget(page);
  await widget.loginToDemo('wealthica', 'wealthica');
  await page.waitForURL((url) => url.href.startsWith(`${uri}?`));
  const result = Object.fromEntries(new URL(page.url()).searchParams);
  expect(result).toEqual({ institution: expect.any(String), code: result.institution, provider: 'demo', state: 's7' });
  await expect(page.getByRole('definition').filter({ hasText: 's7' })).toBeVisible();
});

test('a registered redirect_uri is told of X with force', async ({ page, server, host }) => {
  const uri = `${server.origin}/demo/return`;
  await page.goto(`${host}/plain`);
  await post(page, `${server.origin}/connect?client_id=demo&redirect_uri=${encodeURIComponent(uri)}&state=s7`, await server.token(), '_self');
  const widget = new Widget(page);
  await widget.chooseDemo();
  // The bank is looked up by now.
  await expect(widget.username).toBeVisible();
  await widget.close.click();
  await page.waitForURL((url) => url.href.startsWith(`${uri}?`));
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ error_type: '400', message: expect.any(String), force: 'true', provider: 'demo', state: 's7' });
});

test.describe("an app's own address", () => {
  test.use({ expectedNoise: [/Failed to launch/] });

  const connected = { code: expect.any(String), institution: expect.any(String), provider: 'demo' };
  const left = { error_type: '400', force: 'true', message: expect.any(String) };
  const asked = `redirect_uri=${encodeURIComponent(APP)}&state=a%2Bb`;
  const posted = (page: Page, origin: string, token: string) => post(page, `${origin}/connect?client_id=demo&${asked}`, token, '_self');
  // No press comes before it here.
  const skipping = async (page: Page, origin: string, token: string) => void (await page.goto(`${origin}/?skip_success_screen=true&${asked}#token=${token}`));

  for (const [what, open, finish, expected] of [
    ['a connection', posted, connect, connected],
    ['a connection without a last screen', skipping, login, connected],
    ['X', posted, (widget: Widget) => widget.close.click(), left],
  ] as const) {
    test(`is gone to once after ${what}, and where that opens nothing a link leads there`, async ({ page, server, host }) => {
      const tried: string[] = [];
      page.on('request', (request) => request.url().startsWith(APP) && tried.push(request.url()));
      await page.goto(`${host}/plain`);
      await open(page, server.origin, await server.token());
      const widget = new Widget(page);
      await expect(widget.search).toBeVisible();
      await finish(widget);
      const link = page.getByRole('link', { name: 'Back to Fern & Co' });
      await expect(link).toBeVisible();
      await expect(widget.title('Go back to the app')).toBeVisible();
      const address = (await link.getAttribute('href'))!;
      expect(address.slice(0, APP.length + 1)).toBe(`${APP}?`);
      expect(Object.fromEntries(new URL(address).searchParams)).toEqual({ ...expected, state: 'a+b' });
      await expect.poll(() => tried).toEqual([address]);
    });
  }
});

test.describe('an unregistered redirect_uri', () => {
  test.use({ expectedNoise: [/status of 400/] });

  test('is refused with words and a way back, and nobody is sent there', async ({ page, server, host }) => {
    await page.goto(`${host}/plain`);
    await post(page, `${server.origin}/connect?client_id=demo&redirect_uri=${encodeURIComponent('https://evil.example/')}`, await server.token(), '_self');
    await expect(page.getByText(/isn.t registered/)).toBeVisible();
    await new Widget(page).close.click();
    await page.waitForURL(`${server.origin}/exit?**`);
  });
});
