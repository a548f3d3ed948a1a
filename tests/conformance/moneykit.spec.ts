// Pages with MoneyKit's own package: `__connectSDKUIHost` is all that changes.
import type { Page } from '@playwright/test';
import { BankSite } from '../e2e/support/bank-site';
import { Widget } from '../e2e/support/widget';
import type { Backend } from './support/backend';
import { cell } from './support/matrix';
import { answerQuestions, answerWronglyFirst, goToBank, logIn, logInAtBank, logInToBeAsked, logInWhileBankIsDown, repair } from './support/person';
import { expect, settled, test } from './support/test';

interface Bank {
  id: string;
  name: string;
}
const FLINKS: Bank = { id: 'FlinksCapital', name: 'Flinks Capital' };
const MFA: Bank = { id: 'mfa-bank', name: 'MFA Bank' };
const OAUTH: Bank = { id: 'oauth-bank', name: 'OAuth Bank' };
const RECONNECT: Bank = { id: 'reconnect-bank', name: 'Reconnect Bank' };
const TEXT = expect.any(String);
/** The page is of another origin. */
const ADDRESS = expect.stringMatching(/^https?:\/\//);

const message = (type: string, data: object) => ({ moneykit: true, type, data });
const started = message('connect.started', {});

/** The events of one session. */
function say(link_type: 'link' | 'relink') {
  const event = (name: string, bank?: Bank, properties?: object) => {
    const at = bank && { institution_id: bank.id, institution_name: bank.name };
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    return message('link.event', { name, ...(properties && { properties }), meta: { link_type, timestamp, link_session_id: expect.stringMatching(/^[\w-]{16,}$/), ...at } });
  };
  const shown = (current_screen_name: string, bank?: Bank) => event('change_screen', bank, { current_screen_name });
  return {
    event,
    shown,
    opened: [started, event('open'), shown('search')],
    searched: (search_term: string) => event('search_institution', undefined, { search_term }),
    chosen: (bank: Bank, screen = 'credentials') => [
      event('select_institution', bank, { institution_id: bank.id, institution_name: bank.name }),
      shown(screen, bank),
    ],
    loggedIn: (bank: Bank) => [event('submit_credentials', bank), shown('connecting', bank)],
    accounts: (bank: Bank) => [shown('accounts', bank), event('submit_accounts', bank)],
    left: (bank: Bank | undefined, error: object | null) => [event('exit', bank), message('link.exit', { error })],
  };
}
const link = say('link');
const relink = say('relink');

const linked = (bank: Bank) => ({
  ...bank,
  domain: TEXT, country: TEXT, color: expect.stringMatching(/^#[0-9a-f]{6}$/), color_dark: null,
  avatar: ADDRESS, avatar_dark: null, logo: ADDRESS, logo_dark: null,
  search_group: expect.stringMatching(/^(primary|secondary|tertiary)$/), is_featured: expect.any(Boolean),
  selectedAccounts: expect.any(Array), trackedScreens: [],
});

type Heard = [kind: 'success' | 'exit' | 'event', ...given: any[]];
const heard = (page: Page): Promise<Heard[]> => page.evaluate('heard');

/** The package was told what the messages say, called one callback with the result, and leaves nothing behind. */
async function ends(page: Page, messages: any[], ...result: Heard): Promise<void> {
  const events = messages.filter(({ type }) => type === 'link.event').map(({ data }) => ['event', data]);
  await expect.poll(() => heard(page)).toEqual([...events, result]);
  await expect(page.locator('iframe')).toHaveCount(0);
  await settled(page);
  expect(await heard(page)).toHaveLength(events.length + 1);
}

const widgetOf = (page: Page) => new Widget(page.frameLocator('#moneykit-connect-frame'));

async function session(backend: Backend, body: object = {}): Promise<string> {
  const settings = { products: { transactions: { required: true } }, countries: ['US', 'CA'] };
  const { link_session_token } = await backend.ask('POST', '/link-session', { customer_user: { id: backend.user }, settings, ...body });
  return backend.secret(link_session_token);
}

/** Types, lets the page hear of it, and picks the bank. */
async function choose(widget: Widget, told: () => any[], typed: string, bank: Bank, title: string | RegExp): Promise<void> {
  await widget.search.fill(typed);
  await expect.poll(told).toContainEqual(link.searched(typed));
  await widget.row(bank.name).click();
  await expect(widget.title(title)).toBeVisible();
}

async function selectAccounts(widget: Widget): Promise<void> {
  await expect(widget.frame.getByRole('checkbox', { checked: true }).first()).toBeVisible();
  await widget.button('Connect').click();
}

test('link(): connected, and the token is exchanged once', { ...cell('MoneyKit', 'success'), tag: '@every' }, async ({ page, backend, open, told, wasTold }) => {
  await open('/moneykit', { token: await session(backend), call: 'link', options: {} });
  const widget = widgetOf(page);
  await choose(widget, told, 'flinks', FLINKS, 'Log in to Flinks Capital');
  await logIn(widget);
  await selectAccounts(widget);
  await widget.finish(FLINKS.name);
  const complete = message('link.complete', { exchangeableToken: TEXT, institution: linked(FLINKS), link_id: TEXT });
  await wasTold([
    ...link.opened, link.searched('flinks'), ...link.chosen(FLINKS), ...link.loggedIn(FLINKS), ...link.accounts(FLINKS),
    link.shown('success', FLINKS), link.event('success', FLINKS), complete,
  ]);
  const { exchangeableToken, institution, link_id } = told().at(-1).data;
  await ends(page, told(), 'success', exchangeableToken, institution, link_id);
  expect(institution.selectedAccounts).toContainEqual({ account_id: TEXT, account_type: TEXT, name: TEXT, account_mask: TEXT });
  expect(new Set(told().slice(1, -1).map(({ data }) => data.meta.link_session_id)).size).toBe(1);

  const exchange = () => backend.send('POST', '/link-session/exchange-token', { exchangeable_token: exchangeableToken });
  const exchanged = await exchange();
  expect(exchanged.status).toBe(201);
  expect(await exchanged.json()).toEqual({
    link_id,
    customer_user: { id: backend.user },
    link: expect.objectContaining({ link_id, customer_user: { id: backend.user }, institution_id: FLINKS.id, institution_name: FLINKS.name }),
  });
  expect((await exchange()).ok).toBe(false);
});

test('theme and colour scheme, in a container of the page', cell('MoneyKit', 'success'), async ({ page, backend, open }) => {
  const colors = { accent: { light: '#102030', dark: '#ffeedd' }, primaryBackground: { light: '#fafbfc', dark: '#0b0c0d' }, primaryForeground: '#c0c1c2' };
  await open('/moneykit', { token: await session(backend), call: 'link', options: { theme: { colors }, colorScheme: 'dark', containerID: 'container' } });
  const widget = new Widget(page.frameLocator('#container #moneykit-connect-frame'));
  await expect(widget.search).toBeVisible();
  const html = widget.frame.locator('html');
  await expect(html).toHaveCSS('color-scheme', 'dark');
  await expect(widget.title(/./).first()).toHaveCSS('color', 'rgb(192, 193, 194)');
  await expect(widget.frame.locator('main.card')).toHaveCSS('background-color', 'rgb(11, 12, 13)');
});

test('link() on a page with a preselected bank', cell('MoneyKit', 'success'), async ({ page, backend, open }) => {
  await open('/moneykit', { token: await session(backend, { institution_id: FLINKS.id }), call: 'link', options: {} });
  await expect(widgetOf(page).title('Log in to Flinks Capital')).toBeVisible();
});

test('the X', cell('MoneyKit', 'user closes'), async ({ page, backend, open, told, wasTold }) => {
  await open('/moneykit', { token: await session(backend), call: 'link', options: {} });
  const widget = widgetOf(page);
  await choose(widget, told, 'flinks', FLINKS, 'Log in to Flinks Capital');
  await expect(widget.username).toBeVisible();
  await widget.close.click();
  await wasTold([...link.opened, link.searched('flinks'), ...link.chosen(FLINKS), ...link.left(FLINKS, null)]);
  await ends(page, told(), 'exit', null);
});

test('the bank is not available', cell('MoneyKit', 'bank error'), async ({ page, backend, open, told, wasTold }) => {
  await open('/moneykit', { token: await session(backend, { institution_id: MFA.id }), call: 'link', options: {} });
  const widget = widgetOf(page);
  await logInWhileBankIsDown(widget);
  await widget.close.click();
  const error = { error_id: 'institution_error', displayed_message: expect.stringMatching(/\w/), request_id: null };
  await wasTold([
    started, link.event('open'), link.shown('credentials'), ...link.loggedIn(MFA), link.event('error', MFA, error),
    link.shown('failure', MFA), ...link.left(MFA, error),
  ]);
  await ends(page, told(), 'exit', told().at(-1).data.error);
});

test('allowed in a popup that comes back to the page', { ...cell('MoneyKit', 'OAuth allow'), tag: '@every' }, async ({ page, context, host, backend, messages, open, told, wasTold }) => {
  await open('/moneykit', { token: await session(backend, { redirect_uri: `${host}/moneykit-return` }), call: 'link', options: {} });
  const widget = widgetOf(page);
  await choose(widget, told, 'oauth bank', OAUTH, 'Log in at OAuth Bank');
  const bank = await goToBank(widget, context);
  const [addresses, closed] = [[] as string[], bank.page.waitForEvent('close')];
  bank.page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await bank.button('Allow').click();
  await closed;
  expect(addresses.filter((address) => address.startsWith(`${host}/moneykit-return?`))).toHaveLength(1);
  await selectAccounts(widget);
  await widget.finish(OAUTH.name);
  await wasTold([
    ...link.opened, link.searched('oauth bank'), ...link.chosen(OAUTH, 'oauth'), link.event('open_oauth', OAUTH), link.shown('connecting', OAUTH),
    ...link.accounts(OAUTH), link.shown('success', OAUTH), link.event('success', OAUTH),
    message('link.complete', { exchangeableToken: TEXT, institution: linked(OAUTH), link_id: TEXT }),
  ]);
  const { exchangeableToken, institution, link_id } = told().at(-1).data;
  await ends(page, told(), 'success', exchangeableToken, institution, link_id);
  expect(messages.all.filter((message) => message.page !== page)).toEqual([]);
});

test.describe('a browser that opens no window', () => {
  test('allowed in the top window, which comes back to the page', cell('MoneyKit', 'OAuth allow'), async ({ page, context, host, backend, open, told }) => {
    await context.addInitScript(() => (window.open = () => null));
    await open('/moneykit', { token: await session(backend, { redirect_uri: `${host}/moneykit-return` }), call: 'link', options: {} });
    const widget = widgetOf(page);
    await choose(widget, told, 'oauth bank', OAUTH, 'Log in at OAuth Bank');
    await widget.button(/^Continue to/).click();
    await expect(widget.title('Finish logging in at OAuth Bank')).toBeVisible();
    await widget.button('Continue in this window').click();
    await page.waitForURL(/\/sandbox\/oauth-bank\//);
    const bank = new BankSite(page);
    await logInAtBank(bank);
    const before = told().length;
    await bank.button('Allow').click();
    await page.waitForURL((url) => url.pathname === '/moneykit-return');
    await selectAccounts(widget);
    await widget.finish(OAUTH.name);
    await expect.poll(() => heard(page)).toContainEqual(['success', TEXT, linked(OAUTH), TEXT]);
    const since = told().slice(before);
    expect(since.map(({ type, data }) => data.name ?? type)).toEqual([
      'connect.started', 'open', 'change_screen', 'change_screen', 'submit_accounts', 'change_screen', 'success', 'link.complete',
    ]);
    const { exchangeableToken, institution, link_id } = since.at(-1).data;
    await ends(page, since, 'success', exchangeableToken, institution, link_id);
  });
});

test("denied at the bank's own site", cell('MoneyKit', 'OAuth deny'), async ({ page, context, host, backend, open, told, wasTold }) => {
  await open('/moneykit', { token: await session(backend, { redirect_uri: `${host}/moneykit-return` }), call: 'link', options: {} });
  const widget = widgetOf(page);
  await choose(widget, told, 'oauth bank', OAUTH, 'Log in at OAuth Bank');
  const bank = await goToBank(widget, context);
  const closed = bank.page.waitForEvent('close');
  await bank.button('Deny').click();
  await closed;
  await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
  await widget.close.click();
  const error = { error_id: 'user_oauth_denied', displayed_message: expect.stringMatching(/\w/), request_id: null };
  await wasTold([
    ...link.opened, link.searched('oauth bank'), ...link.chosen(OAUTH, 'oauth'), link.event('open_oauth', OAUTH), link.event('error', OAUTH, error),
    link.shown('failure', OAUTH), ...link.left(OAUTH, error),
  ]);
  await ends(page, told(), 'exit', told().at(-1).data.error);
});

test('three questions, one answered wrongly first', cell('MoneyKit', 'MFA'), async ({ page, backend, open, told, wasTold }) => {
  await open('/moneykit', { token: await session(backend, { institution_id: FLINKS.id }), call: 'link', options: {} });
  const widget = widgetOf(page);
  await logInToBeAsked(widget);
  await answerWronglyFirst(widget);
  await answerQuestions(widget);
  await selectAccounts(widget);
  await widget.finish(FLINKS.name);
  const question = [link.shown('question', FLINKS), link.event('submit_mfa', FLINKS), link.shown('connecting', FLINKS)];
  await wasTold([
    started, link.event('open'), link.shown('credentials'), ...link.loggedIn(FLINKS),
    ...question, ...question, ...question, ...question, ...link.accounts(FLINKS),
    link.shown('success', FLINKS), link.event('success', FLINKS), message('link.complete', { exchangeableToken: TEXT, institution: linked(FLINKS), link_id: TEXT }),
  ]);
  const { exchangeableToken, institution, link_id } = told().at(-1).data;
  await ends(page, told(), 'success', exchangeableToken, institution, link_id);
});

test('relink(): the same link works again', cell('MoneyKit', 'reconnect'), async ({ page, backend, open, told, wasTold }) => {
  const link_id = await backend.broken();
  await open('/moneykit', { token: await session(backend, { existing_link_id: link_id }), call: 'relink', options: {} });
  const widget = widgetOf(page);
  await repair(widget);
  await selectAccounts(widget);
  await widget.finish(RECONNECT.name);
  await wasTold([
    started, relink.event('open'), relink.shown('credentials'), ...relink.loggedIn(RECONNECT), ...relink.accounts(RECONNECT),
    relink.shown('success', RECONNECT), relink.event('success', RECONNECT), message('relink.complete', { institution: linked(RECONNECT), link_id }),
  ]);
  await ends(page, told(), 'success', told().at(-1).data.institution, link_id);
});
