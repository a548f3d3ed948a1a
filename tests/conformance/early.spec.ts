// Every system's page asks for the session and the first banks while the program is on its way: once each, and just as the
// program asks itself.
import type { Page, Request } from '@playwright/test';
import { asked, asksWordForWord, BOTH, hold, paths, PROGRAM, SESSION } from '../e2e/support/asked';
import { Widget } from '../e2e/support/widget';
import type { Backend } from './support/backend';
import { inFrame, type Opening, OPENINGS } from './support/openings';
import { expect, test } from './support/test';

const ONE = ['/v1/session'];

const widgetOf = (page: Page) => new Widget(page.frameLocator('iframe').first());

test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

/** With a token in the address, and what else stands there. */
const given = (path: string, parameter: string, more: (host: string) => Record<string, string> = () => ({})): Opening =>
  inFrame(async (backend, widget, host) => `${widget}${path}?${new URLSearchParams({ [parameter]: await backend.token(), ...more(host) })}`);

const universal = (more: (host: string) => Record<string, string>): Opening =>
  inFrame(async (backend, widget, host) => {
    const { token } = await backend.bearer(`/api/token?userId=${backend.user}`);
    return `${widget}/widget?${new URLSearchParams({ jobTypes: 'transactions', userId: backend.user, token: backend.secret(token), ...more(host) })}`;
  });

const MORE: Record<string, Opening> = {
  'Wealthica with everything that limits the list': given('/connect', 'token', () => ({ search: 'de mo+ü&', providers: 'demo,flinks', provider_groups: 'core,thirdparty', countries: 'CA,US', lang: 'en-GB' })),
  'Wealthica with what asks for nothing': given('/connect', 'token', () => ({ search: '', countries: '', provider_groups: 'core' })),
  'Wealthica with an address to go to': given('/connect', 'token', (host) => ({ redirect_uri: `${host}/landing`, origin: host })),
  'MoneyKit with everything that limits the list': given('/start', 'linkSessionToken', (host) => ({ origin: host, search: 'demo', countries: 'CA' })),
  'Flinks with an address to go to': given('/v2/', 'authorizeToken', (host) => ({ redirectUrl: `${host}/landing` })),
  'UCW 1 without an origin': universal(() => ({})),
  'UCW 1 with two kinds of jobs': universal((host) => ({ jobTypes: 'transactions,accountNumber', targetOrigin: host })),
};

test.describe('before the program is there, and word for word as it asks', () => {
  test.use({ expectedNoise: [/status of 503/] });

  for (const [name, opening] of Object.entries({ ...OPENINGS, ...MORE })) {
    test(name, async ({ page, context, backend, server, host, open }) => {
      await asksWordForWord(context, page, async () => open(opening.path, await opening.settings(backend, server.origin, host)));
      await expect(widgetOf(page).search).toBeVisible();
    });
  }
});

const frameOf = (page: Page) => page.frames().find((frame) => frame.parentFrame() === page.mainFrame())!;

for (const [name, opening] of Object.entries(OPENINGS)) {
  test(`${name}: once each, and again once each when it is loaded again`, async ({ page, context, backend, server, host, open }) => {
    const requests = asked(context);
    await open(opening.path, await opening.settings(backend, server.origin, host));
    const widget = widgetOf(page);
    await expect(widget.search).toBeVisible();
    await expect(widget.row('Demo')).toBeVisible();
    expect(paths(requests)).toEqual(BOTH);
    requests.length = 0;
    const come = await hold(page, PROGRAM);
    await frameOf(page).evaluate(() => location.reload());
    await expect.poll(() => paths(requests)).toEqual(BOTH);
    come();
    await expect(widget.row('Demo')).toBeVisible();
    expect(paths(requests)).toEqual(BOTH);
  });
}

test.describe('nothing is asked for that is not needed', () => {
  const straight: [string, string, (backend: Backend) => Promise<Record<string, string>>, string][] = [
    ['Wealthica: a bank of its own', '/connect/demo', async (backend) => ({ token: await backend.token() }), '/v1/providers/demo'],
    ['UCW 1: a bank of its own', '/widget', async (backend) => {
      const { token } = await backend.bearer(`/api/token?userId=${backend.user}`);
      return { token: backend.secret(token), jobTypes: 'transactions', userId: backend.user, institutionId: 'demo' };
    }, '/v1/providers/demo'],
  ];
  for (const [name, path, parameters, bank] of straight) {
    test(name, async ({ page, context, backend, server, open }) => {
      const requests = asked(context);
      const come = await hold(page, PROGRAM);
      await open('/iframe', { src: `${server.origin}${path}?${new URLSearchParams(await parameters(backend))}` });
      await expect.poll(() => paths(requests)).toEqual(ONE);
      come();
      await expect(widgetOf(page).username).toBeVisible();
      expect(paths(requests)).toEqual([bank, ...ONE]);
    });
  }
});

test.describe('a token that is refused', () => {
  test.use({ expectedNoise: [/status of 401/] });

  for (const path of ['/v2/?authorizeToken=', '/start?linkSessionToken=', '/?connectToken=', '/connect?token=']) {
    test(`${path}: asked with once, in the words of ever`, async ({ page, context, server, open }) => {
      const requests = asked(context);
      await open('/iframe', { src: `${server.origin}${path}no-token-of-this-server` });
      await expect(widgetOf(page).alert).toBeVisible();
      expect(requests.filter((request) => SESSION.test(request.url()))).toHaveLength(1);
    });
  }
});

test.describe('in a window that another page has opened', () => {
  const opened: [string, (token: string, host: string) => string][] = [
    ['Wealthica', (token) => `/connect?token=${token}`],
    ['Wealthica, with an origin', (token, host) => `/connect?token=${token}&origin=${encodeURIComponent(host)}`],
    ['Flinks', (token) => `/v2/?authorizeToken=${token}`],
    ['Meld', (token) => `/?connectToken=${token}`],
  ];
  for (const [name, path] of opened) {
    test(`${name}: once each`, async ({ page, context, backend, server, host, open }) => {
      await open('/iframe', { src: 'about:blank' });
      const requests = asked(context);
      const comes = context.waitForEvent('page');
      await page.evaluate((address) => void window.open(address), server.origin + path(await backend.token(), host));
      const widget = new Widget(await comes);
      await expect(widget.row('Demo')).toBeVisible();
      expect(paths(requests)).toEqual(BOTH);
    });
  }
});

test('alone in a tab', async ({ page, context, backend, server }) => {
  const requests: Request[] = asked(context);
  const come = await hold(page, PROGRAM);
  await page.goto(`${server.origin}/connect?token=${await backend.token()}`);
  await expect.poll(() => paths(requests)).toEqual(BOTH);
  come();
  await expect(new Widget(page).row('Demo')).toBeVisible();
  expect(paths(requests)).toEqual(BOTH);
});

test.describe('in another page than its own', () => {
  test.use({ expectedNoise: [/is not the page around|is no origin/] });

  for (const origin of ['https://other.example', 'no-origin']) {
    test(`${origin}: nothing is asked for`, async ({ page, context, backend, server, open }) => {
      const requests = asked(context);
      const query = new URLSearchParams({ token: await backend.token(), origin });
      await open('/iframe', { src: `${server.origin}/connect?${query}` });
      await expect(widgetOf(page).frame.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Connect your bank' })).toBeVisible();
      expect(paths(requests)).toEqual([]);
    });
  }
});
