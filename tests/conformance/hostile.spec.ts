// Messages from nobody in particular, and from a host that means no good: nothing changes, nothing is asked for, nothing is printed.
import type { Frame, Page } from '@playwright/test';
import { Widget } from '../e2e/support/widget';
import type { Backend } from './support/backend';
import { goToBank, logIn } from './support/person';
import { attack, COMMANDS, FORGED } from './support/rubbish';
import { expect, test } from './support/test';

interface World {
  backend: Backend;
  open(path: string, settings: object): Promise<void>;
  widget: string;
  host: string;
}

/** How a page of each system opens the widget. */
const SYSTEMS: Record<string, (world: World) => Promise<void>> = {
  Wealthica: async ({ backend, open }) => open('/wealthica', { token: await backend.token(), call: 'connect', given: [{}] }),
  MoneyKit: async ({ backend, open }) => {
    const { link_session_token } = await backend.ask('POST', '/link-session', { customer_user: { id: backend.user } });
    await open('/moneykit', { token: backend.secret(link_session_token), call: 'link', options: {} });
  },
  Flinks: async ({ backend, open }) => open('/flinks', { query: { authorizeToken: await backend.token(), jsRedirect: 'true' } }),
  Meld: async ({ backend, open }) => {
    const { widgetUrl, connectToken } = await backend.ask('POST', '/bank-linking/connect/start', { externalCustomerId: backend.user, products: ['BALANCES'] });
    backend.secret(connectToken);
    await open('/iframe', { src: widgetUrl });
  },
  'UCW v1': async ({ backend, open, widget, host }) => {
    const { token } = await backend.bearer(`/api/token?userId=${backend.user}`);
    await open('/iframe', { src: `${widget}/widget?jobTypes=transactions&userId=${backend.user}&targetOrigin=${host}&token=${backend.secret(token)}` });
  },
  'UCW v2': async ({ backend, open, host }) => {
    const { widgetUrl } = await backend.ask('POST', '/widgetUrl', { jobTypes: ['transactions'], userId: backend.user, targetOrigin: host });
    await open('/iframe', { src: widgetUrl });
  },
  'our own': async ({ backend, open, widget, host }) => open('/iframe', { src: `${widget}/#token=${await backend.token()}&origin=${host}` }),
};

/** Another frame on the same page. */
async function stranger(page: Page, url: string): Promise<Frame> {
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, id: 'stranger' })), url);
  const frame = (await (await page.locator('#stranger').elementHandle())!.contentFrame())!;
  await frame.waitForLoadState();
  return frame;
}

/** How many messages have reached the widget's own window since. */
async function arrivals(page: Page): Promise<() => Promise<number>> {
  const widget = page.mainFrame().childFrames()[0]!;
  await widget.evaluate('var arrived = 0; addEventListener("message", () => { arrived += 1; })');
  return () => widget.evaluate('arrived');
}

/** Everything that a message could have changed. */
async function look(widget: Widget, told: () => any[], requests: string[]) {
  const html = widget.frame.locator('html');
  const card = widget.frame.locator('.card').filter({ visible: true });
  return {
    words: await html.innerText(),
    colours: await card.evaluate((card) => [getComputedStyle(card).backgroundColor, getComputedStyle(card).color, getComputedStyle(card).colorScheme]),
    typed: await widget.username.inputValue(),
    told: [...told()],
    requests: [...requests],
  };
}

for (const [system, start] of Object.entries(SYSTEMS)) {
  test(`${system}: from a foreign origin, from a foreign window, and rubbish from the host itself`, async ({ page, context, server, host, backend, open, told }) => {
    const requests: string[] = [];
    context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
    await start({ backend, open, widget: server.origin, host });
    const widget = new Widget(page.frameLocator('iframe').first());
    await widget.chooseFlinks();
    await widget.username.fill('somebody');
    const foreignOrigin = await stranger(page, `${host.replace('localhost', '127.0.0.1')}/landing`);
    const foreignWindow = await nested(page, foreignOrigin, `${host}/landing`);
    const before = await look(widget, told, requests);
    const arrived = await arrivals(page);
    let sent = await attack(page, FORGED);
    for (const attacker of [foreignOrigin, foreignWindow]) sent += await attack(attacker, [...FORGED, ...COMMANDS]);
    await expect.poll(arrived).toBe(sent);
    await widget.frame.locator('html').evaluate(() => new Promise(requestAnimationFrame));
    expect(await look(widget, told, requests)).toEqual(before);
    await logIn(widget);
    await expect.poll(() => requests.some((request) => request.startsWith('POST ') && request.endsWith('/v1/institutions'))).toBe(true);
  });
}

/** A window of the host's own origin that is not the host. */
async function nested(page: Page, inside: Frame, url: string): Promise<Frame> {
  const [frame] = await Promise.all([
    page.waitForEvent('frameattached'),
    inside.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src })), url),
  ]);
  await frame.waitForURL(url);
  return frame;
}

test('MoneyKit: a forged return, while the user is at the bank', async ({ page, context, host, backend, open, told }) => {
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  const session = { customer_user: { id: backend.user }, redirect_uri: `${host}/moneykit-return`, institution_id: 'oauth-bank' };
  const { link_session_token } = await backend.ask('POST', '/link-session', session);
  await open('/moneykit', { token: backend.secret(link_session_token), call: 'link', options: {} });
  const widget = new Widget(page.frameLocator('#moneykit-connect-frame'));
  await expect(widget.title('Log in at OAuth Bank')).toBeVisible();
  const bank = await goToBank(widget, context);
  const before = told().length;
  const foreign = await stranger(page, `${host.replace('localhost', '127.0.0.1')}/landing`);
  const arrived = await arrivals(page);
  let sent = 0;
  for (const attacker of [foreign, page]) sent += await attack(attacker, FORGED);
  await expect.poll(arrived).toBe(sent);
  await expect(widget.button(/window again/)).toBeVisible();
  expect(told()).toHaveLength(before);
  expect(requests.filter((url) => url.includes('forged') || new URL(url).hostname === 'evil.example')).toEqual([]);
  expect(bank.page.isClosed()).toBe(false);
  await bank.button('Allow').click();
  await expect(widget.button('Connect')).toBeVisible();
});
