// A page with the iframe of Flinks Connect, as its documents show it: the iframe's origin is all that changes.
import type { Page } from '@playwright/test';
import { Widget } from '../e2e/support/widget';
import type { Backend } from './support/backend';
import { cell } from './support/matrix';
import { answerQuestions, answerWronglyFirst, chooseOAuthBank, goToBank, logIn, logInToBeAsked, logInWhileBankIsDown, logInWrongly } from './support/person';
import { expect, settled, test } from './support/test';

const FLINKS = 'FlinksCapital';
const ID = expect.any(String);
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const step = (step: string, more: object = {}) => ({ step, ...more });
const api = (flinksCode: string, institution: string, requestId: unknown = ID) => ({ requestId, flinksCode, institution });
const opened = [step('APP_MOUNTED'), step('COMPONENT_LOAD_INSTITUTION_SELECTOR')];
const chosen = (institution: string) => [step('INSTITUTION_SELECTED', { institution }), step('COMPONENT_LOAD_CREDENTIAL')];
const loggedIn = (institution: string) => [step('SUBMIT_CREDENTIAL', { institution }), api('OPERATION_PENDING', institution)];
const asked = [step('COMPONENT_LOAD_MFA', { mfaTypes: ['text'] }), step('SUBMIT_MFA')];
const closed = step('COMPONENT_CLOSE_SESSION');

const redirect = (landing: string, institution: string) =>
  step('REDIRECT', { institution, loginId: UUID, url: expect.stringMatching(new RegExp(`^${landing}\\?loginId=[0-9a-f-]{36}&institution=${institution}$`)) });

const widgetOf = (page: Page) => new Widget(page.frameLocator('iframe.flinksconnect'));
const frameOf = async (page: Page) => (await (await page.locator('iframe').elementHandle())!.contentFrame())!;

/** What every test's page asks for: the message alone, and no landing page. */
const quiet = async (backend: Backend, host: string) => ({ authorizeToken: await backend.token(), redirectUrl: `${host}/landing`, jsRedirect: 'true' });

test('jsRedirect=true: the message alone', { ...cell('Flinks', 'success'), tag: '@every' }, async ({ page, host, backend, open, wasTold }) => {
  await open('/flinks', { query: await quiet(backend, host) });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logIn(widget);
  await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), redirect(`${host}/landing`, FLINKS)]);
  await settled(page);
  expect(new URL(page.url()).pathname).toBe('/flinks');
  expect(new URL((await frameOf(page)).url()).pathname).toBe('/v2/');
});

test('the landing page in the whole window', cell('Flinks', 'success'), async ({ page, host, backend, open, told, wasTold }) => {
  await open('/flinks', { query: { authorizeToken: await backend.token(), redirectUrl: `${host}/landing` } });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logIn(widget);
  await page.waitForURL(`${host}/landing?**`);
  await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), redirect(`${host}/landing`, FLINKS)]);
  expect(page.url()).toBe(told().at(-1).url);
});

test('innerRedirect=true: the landing page in the frame', cell('Flinks', 'success'), async ({ page, host, backend, open, told, wasTold }) => {
  await open('/flinks', { query: { authorizeToken: await backend.token(), redirectUrl: `${host}/landing`, innerRedirect: 'true' } });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logIn(widget);
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'Thank you' })).toBeVisible();
  await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), redirect(`${host}/landing`, FLINKS)]);
  expect((await frameOf(page)).url()).toBe(told().at(-1).url);
  expect(new URL(page.url()).pathname).toBe('/flinks');
});

test('stringify=true: the same as JSON strings; language and theme', { ...cell('Flinks', 'success'), tag: '@every' }, async ({ page, host, backend, open, told }) => {
  await open('/flinks', { query: { ...(await quiet(backend, host)), stringify: 'true', language: 'en', theme: 'dark' } });
  const widget = widgetOf(page);
  await expect(widget.frame.locator('html')).toHaveAttribute('lang', 'en');
  await expect(widget.frame.locator('html')).toHaveCSS('color-scheme', 'dark');
  await widget.chooseFlinks();
  await logIn(widget);
  const all = [...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), redirect(`${host}/landing`, FLINKS)];
  await expect.poll(told).toHaveLength(all.length);
  expect(told().every((message) => typeof message === 'string')).toBe(true);
  expect(told().map((message) => JSON.parse(message))).toEqual(all);
});

test('the same login has the same loginId, another connection or not', cell('Flinks', 'success'), async ({ page, host, backend, open, told }) => {
  for (const times of [1, 2]) {
    await open('/flinks', { query: { ...(await quiet(backend, host)), tag: `visit-${times}` } });
    const widget = widgetOf(page);
    await widget.chooseFlinks();
    await logIn(widget);
    await expect.poll(() => told().filter(({ step }) => step === 'REDIRECT')).toHaveLength(times);
  }
  const [one, other] = told().filter(({ step }) => step === 'REDIRECT');
  expect(other.loginId).toBe(one.loginId);
  expect(new Set(told().filter(({ flinksCode }) => flinksCode).map(({ requestId }) => requestId)).size).toBe(2);
});

test('without a token, from a page of a client that allows it', cell('Flinks', 'success'), async ({ page, host, open, wasTold }) => {
  await open('/flinks', { query: { redirectUrl: `${host}/landing`, jsRedirect: 'true', demo: 'true' } });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logIn(widget);
  await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), redirect(`${host}/landing`, FLINKS)]);
});

test('the X', cell('Flinks', 'user closes'), async ({ page, host, backend, open, wasTold }) => {
  await open('/flinks', { query: await quiet(backend, host) });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await expect(widget.username).toBeVisible();
  await widget.close.click();
  await wasTold([...opened, ...chosen(FLINKS), closed]);
  await settled(page);
});

test('the bank is not available', cell('Flinks', 'bank error'), async ({ page, host, backend, open, wasTold }) => {
  await open('/flinks', { query: await quiet(backend, host) });
  const widget = widgetOf(page);
  await widget.choose('mfa bank', 'MFA Bank');
  await logInWhileBankIsDown(widget);
  await widget.close.click();
  const bank = 'mfa-bank';
  await wasTold([...opened, ...chosen(bank), ...loggedIn(bank), api('DISABLED_INSTITUTION', bank), step('DISABLED_INSTITUTION'), closed]);
  await settled(page);
});

test.describe('a wrong login', () => {
  // The connection that a bank has refused at once is gone.
  test.use({ expectedNoise: [/status of 404/] });

  test('is asked for again', cell('Flinks', 'bank error'), async ({ page, host, backend, open, wasTold }) => {
    await open('/flinks', { query: await quiet(backend, host) });
    const widget = widgetOf(page);
    await widget.chooseFlinks();
    await logInWrongly(widget);
    await expect(widget.alert).toBeVisible();
    await logIn(widget);
    const refused = [expect.objectContaining({ flinksCode: 'INVALID_LOGIN', institution: FLINKS }), step('COMPONENT_LOAD_CREDENTIAL_RETRY')];
    await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), ...refused, ...loggedIn(FLINKS), redirect(`${host}/landing`, FLINKS)]);
  });
});

test("allowed at the bank's own site", cell('Flinks', 'OAuth allow'), async ({ page, context, host, backend, open, wasTold }) => {
  await open('/flinks', { query: await quiet(backend, host) });
  const widget = widgetOf(page);
  await chooseOAuthBank(widget);
  const bank = await goToBank(widget, context);
  await bank.button('Allow').click();
  const institution = 'oauth-bank';
  await wasTold([...opened, ...chosen(institution), api('OPERATION_PENDING', institution), redirect(`${host}/landing`, institution)]);
});

test("denied at the bank's own site", cell('Flinks', 'OAuth deny'), async ({ page, context, host, backend, open, wasTold }) => {
  await open('/flinks', { query: await quiet(backend, host) });
  const widget = widgetOf(page);
  await chooseOAuthBank(widget);
  const bank = await goToBank(widget, context);
  await bank.button('Deny').click();
  await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
  await widget.close.click();
  await wasTold([...opened, ...chosen('oauth-bank'), { flinksCode: 'UNAUTHORIZED', institution: 'oauth-bank' }, closed]);
});

test('three questions, one answered wrongly first', cell('Flinks', 'MFA'), async ({ page, host, backend, open, wasTold }) => {
  await open('/flinks', { query: await quiet(backend, host) });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logInToBeAsked(widget);
  await answerWronglyFirst(widget);
  await answerQuestions(widget);
  const again = [api('INVALID_SECURITY_RESPONSE', FLINKS), step('COMPONENT_LOAD_MFA_RETRY', { mfaTypes: ['text'] }), step('SUBMIT_MFA')];
  await wasTold([...opened, ...chosen(FLINKS), ...loggedIn(FLINKS), ...asked, ...again, ...asked, ...asked, redirect(`${host}/landing`, FLINKS)]);
});

test('requestId: the question goes on where it was', cell('Flinks', 'reconnect'), async ({ page, host, backend, open, told, wasTold }) => {
  const query = await quiet(backend, host);
  await open('/flinks', { query });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logInToBeAsked(widget);
  await expect.poll(() => told().at(-1)).toEqual(asked[0]);
  const before = told();
  const { requestId } = before.find(({ flinksCode }) => flinksCode);
  await open('/flinks', { query: { ...query, requestId } });
  await answerQuestions(widget);
  await wasTold([...before, opened[0], ...asked, ...asked, ...asked, redirect(`${host}/landing`, FLINKS)]);
});
