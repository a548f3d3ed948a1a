// Pages with Wealthica's own package: `connectURL` is all that changes.
import type { Page } from '@playwright/test';
import { Widget } from '../e2e/support/widget';
import { cell } from './support/matrix';
import { answerQuestions, answerWronglyFirst, chooseOAuthBank, goToBank, logIn, logInToBeAsked, logInWhileBankIsDown, repair } from './support/person';
import { expect, settled, test } from './support/test';

const FLINKS = 'FlinksCapital';
const ID = expect.any(String);

const event = (name: string, data: object) => ({ wealthica: true, event: name, data });
const shown = (screen: string) => event('screen_shown', { screen });
const connected = (provider: string, institution: unknown = ID) => [
  event('connected', { institution, provider }),
  { wealthica: true, event: 'success', institution, provider },
];
const opened = [event('opened', {}), shown('search')];
const chosen = (provider: string) => [event('institution_selected', { provider }), shown('credentials')];
const loggedIn = (provider: string) => [event('credentials_submitted', { provider }), shown('connecting')];
const answered = (provider: string) => [event('question_asked', { provider }), shown('question'), event('answer_submitted', { provider }), shown('connecting')];

type Heard = [kind: 'connection' | 'error' | 'event', ...given: any[]];
const heard = (page: Page): Promise<Heard[]> => page.evaluate('heard');

/** The package was told what the messages say, called one callback with the result, and leaves nothing behind. */
async function ends(page: Page, messages: any[], ...result: Heard): Promise<void> {
  const events = messages.filter(({ data }) => data).map(({ event, data }) => ['event', event, data]);
  await expect.poll(() => heard(page)).toEqual([...events, result]);
  await expect(page.locator('iframe, form')).toHaveCount(0);
  await settled(page);
  expect(await heard(page)).toHaveLength(events.length + 1);
}

const widgetOf = (page: Page) => new Widget(page.frameLocator('iframe[name="wealthica-connect-widget"]'));

for (const connectionType of ['POST', 'GET']) {
  test(`${connectionType} connect(): connected`, { ...cell('Wealthica', 'success'), tag: '@every' }, async ({ page, backend, open, told, wasTold }) => {
    await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{ connectionType }] });
    const widget = widgetOf(page);
    await widget.chooseFlinks();
    await logIn(widget);
    await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), ...connected(FLINKS)]);
    await ends(page, told(), 'connection', told().at(-1).institution);
  });
}

test('connect({provider}): straight to its login', cell('Wealthica', 'success'), async ({ page, backend, open, told, wasTold }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{ provider: FLINKS, theme: 'dark' }] });
  const widget = widgetOf(page);
  await expect(widget.title('Log in to Flinks Capital')).toBeVisible();
  await expect(widget.frame.locator('html')).toHaveCSS('color-scheme', 'dark');
  await logIn(widget);
  await wasTold([opened[0], shown('credentials'), ...loggedIn(FLINKS), ...connected(FLINKS)]);
  await ends(page, told(), 'connection', told().at(-1).institution);
});

test('connect({providers}): these and no others', cell('Wealthica', 'success'), async ({ page, backend, open }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{ providers: [FLINKS, 'demo'], lang: 'en', providersPerLine: 1 }] });
  const widget = widgetOf(page);
  await expect(widget.row('Flinks Capital')).toBeVisible();
  await expect(widget.results).toHaveCount(2);
});

test('the X', { ...cell('Wealthica', 'user closes'), tag: '@every' }, async ({ page, backend, open, told, wasTold }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{}] });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await expect(widget.username).toBeVisible();
  await widget.close.click();
  await wasTold([...opened, ...chosen(FLINKS), { wealthica: true, event: 'close' }]);
  await ends(page, told(), 'error', { error_type: 400, message: 'Connection closed' });
});

test('the bank is not available', cell('Wealthica', 'bank error'), async ({ page, backend, open, told, wasTold }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{}] });
  const widget = widgetOf(page);
  await widget.choose('mfa bank', 'MFA Bank');
  await logInWhileBankIsDown(widget);
  await widget.close.click();
  const place = { institution: ID, provider: 'mfa-bank' };
  const error = { error_type: 400, message: expect.stringMatching(/\w/), ...place };
  await wasTold([
    ...opened, ...chosen('mfa-bank'), ...loggedIn('mfa-bank'), event('failed', { code: 'institution_unavailable', ...place }), shown('failure'),
    { wealthica: true, event: 'error', error },
  ]);
  await ends(page, told(), 'error', error);
});

test("allowed at the bank's own site", { ...cell('Wealthica', 'OAuth allow'), tag: '@every' }, async ({ page, context, backend, open, told, wasTold }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{}] });
  const widget = widgetOf(page);
  await chooseOAuthBank(widget);
  const bank = await goToBank(widget, context);
  await bank.button('Allow').click();
  const provider = 'oauth-bank';
  await wasTold([
    ...opened, event('institution_selected', { provider }), shown('oauth'),
    event('oauth_opened', { provider }), event('oauth_returned', { provider }), shown('connecting'), ...connected(provider),
  ]);
  await ends(page, told(), 'connection', told().at(-1).institution);
});

test("denied at the bank's own site", cell('Wealthica', 'OAuth deny'), async ({ page, context, backend, open, told, wasTold }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{}] });
  const widget = widgetOf(page);
  await chooseOAuthBank(widget);
  const bank = await goToBank(widget, context);
  await bank.button('Deny').click();
  await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
  await widget.close.click();
  const provider = 'oauth-bank';
  await wasTold([
    ...opened, event('institution_selected', { provider }), shown('oauth'), event('oauth_opened', { provider }),
    event('oauth_returned', { provider }), event('failed', { code: 'oauth_denied', provider }), shown('failure'), { wealthica: true, event: 'close' },
  ]);
  await ends(page, told(), 'error', { error_type: 400, message: 'Connection closed' });
});

test('three questions, one answered wrongly first', cell('Wealthica', 'MFA'), async ({ page, backend, open, told, wasTold }) => {
  await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{}] });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logInToBeAsked(widget);
  await answerWronglyFirst(widget);
  await answerQuestions(widget);
  const questions = [1, 2, 3, 4].flatMap(() => answered(FLINKS));
  await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), ...questions, ...connected(FLINKS)]);
  await ends(page, told(), 'connection', told().at(-1).institution);
});

test('reconnect(): the same connection works again', cell('Wealthica', 'reconnect'), async ({ page, backend, open, told, wasTold }) => {
  const institution = await backend.broken();
  await open('/wealthica', { token: await backend.token(), call: 'reconnect', given: [institution] });
  const widget = widgetOf(page);
  await repair(widget);
  const provider = 'reconnect-bank';
  await wasTold([opened[0], shown('credentials'), ...loggedIn(provider), ...connected(provider, institution)]);
  await ends(page, told(), 'connection', institution);
});

test.describe('a page that asks for what is not there', () => {
  test.use({ expectedNoise: [/status of 40[03]|status of 404/] });

  test('a bank that there is not: words, a way back, and the page is told', cell('Wealthica', 'user closes'), async ({ page, backend, open, told }) => {
    await open('/wealthica', { token: await backend.token(), call: 'connect', given: [{ provider: 'nosuch' }] });
    const widget = widgetOf(page);
    await expect(widget.title(/can.t find this/)).toBeVisible();
    await widget.close.click();
    const error = { error_type: 400, message: 'There is no such provider.' };
    await expect.poll(() => told().at(-1)).toEqual({ wealthica: true, event: 'error', error });
    await expect.poll(() => heard(page)).toContainEqual(['error', error]);
    await expect(page.locator('iframe, form')).toHaveCount(0);
  });

  const address = (origin: string, path: string, query: Record<string, string>) => `${origin}${path}?${new URLSearchParams({ client_id: 'demo', ...query })}`;

  test('an address to return to that is not registered: words, a way back, and the page is told', cell('Wealthica', 'user closes'), async ({ page, host, server, backend, open, told }) => {
    const query = { redirect_uri: 'https://evil.example/', origin: host, token: await backend.token() };
    await open('/iframe', { src: address(server.origin, '/connect', query) });
    const widget = new Widget(page.frameLocator('iframe'));
    await expect(widget.frame.getByText(/isn.t registered/)).toBeVisible();
    await widget.close.click();
    const error = { error_type: 400, message: 'The redirect URI is not registered.' };
    await expect.poll(() => told().at(-1)).toEqual({ wealthica: true, event: 'error', error });
  });

  test('an address for news that is none is passed over', cell('Wealthica', 'success'), async ({ page, host, server, backend, open }) => {
    const query = { webhook_uri: 'http://shop.example/', origin: host, token: await backend.token() };
    await open('/iframe', { src: address(server.origin, '/connect', query) });
    await expect(new Widget(page.frameLocator('iframe')).search).toBeVisible();
  });

  test('a bank that there is not, in a window of its own: back to the app with the error', cell('Wealthica', 'user closes'), async ({ page, host, server, backend }) => {
    const back = `${host}/landing`;
    await page.goto(address(server.origin, '/connect/nosuch', { redirect_uri: back, state: 'a+b', token: await backend.token() }));
    const widget = new Widget(page);
    await expect(widget.title(/can.t find this/)).toBeVisible();
    await widget.close.click();
    await page.waitForURL(`${back}?**`);
    const told = new URL(page.url()).searchParams;
    expect([told.get('error_type'), told.get('message'), told.get('state')]).toEqual(['400', 'There is no such provider.', 'a+b']);
  });
});
