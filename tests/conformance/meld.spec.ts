// A page with Meld's iframe, as its documents show it: the iframe's origin is all that changes.
import type { Page } from '@playwright/test';
import { Widget } from '../e2e/support/widget';
import type { Backend } from './support/backend';
import { cell } from './support/matrix';
import { answerQuestions, answerWronglyFirst, chooseOAuthBank, goToBank, logIn, logInToBeAsked, logInToWait, logInWhileBankIsDown, repair } from './support/person';
import { expect, settled, test } from './support/test';

const TEXT = expect.any(String);
const message = (eventName: string, more: object = {}) => ({ domain: 'meld-connect', eventName, ...more });
const debug = (...details: string[]) => details.map((details) => message('debug', { details }));
const opened = [message('init'), ...debug('search')];
const chosen = debug('institution_selected', 'credentials');
const loggedIn = debug('credentials_submitted', 'connecting');
const account = { name: TEXT, type: TEXT, mask: TEXT };
const complete = (institutionId: string, institutionName: string) =>
  message('connect_complete', { institutionId, institutionName, accountCount: expect.any(Number), accounts: expect.arrayContaining([account]) });
const connected = (institutionId: string, institutionName: string) => [complete(institutionId, institutionName), ...debug('success')];

const widgetOf = (page: Page) => new Widget(page.frameLocator('iframe'));

async function start(backend: Backend, body: object = {}): Promise<string> {
  const asked = { externalCustomerId: backend.user, products: ['BALANCES', 'TRANSACTIONS'], regions: ['US', 'CA'], ...body };
  const { connectToken, widgetUrl } = await backend.ask('POST', '/bank-linking/connect/start', asked);
  backend.secret(connectToken);
  expect(new URL(widgetUrl).searchParams.get('connectToken')).toBe(connectToken);
  return widgetUrl;
}

/** The page has what it wants, or its user has had enough. */
async function hostCloses(page: Page): Promise<void> {
  await page.locator('iframe').evaluate((iframe) => iframe.remove());
  await settled(page);
  await expect.poll(() => page.frames()).toHaveLength(1);
}

test('connected, and the page closes the widget', { ...cell('Meld', 'success'), tag: '@every' }, async ({ page, backend, open, told, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logIn(widget);
  await expect(widget.title('Flinks Capital is connected')).toBeVisible();
  await wasTold([...opened, ...chosen, ...loggedIn, ...connected('FlinksCapital', 'Flinks Capital')]);
  const { accountCount, accounts } = told().find(({ eventName }) => eventName === 'connect_complete');
  expect(accounts).toHaveLength(accountCount);
  for (const each of accounts) expect(each).toEqual(account);
  await hostCloses(page);
});

test('institutionId: straight to its login; Done leaves nothing to be said', cell('Meld', 'success'), async ({ page, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend, { institutionId: 'FlinksCapital' }) });
  const widget = widgetOf(page);
  await logIn(widget);
  await widget.finish('Flinks Capital');
  await wasTold([opened[0], ...debug('credentials'), ...loggedIn, ...connected('FlinksCapital', 'Flinks Capital')]);
  await settled(page);
  await hostCloses(page);
});

test.describe('a token that was used', () => {
  test.use({ expectedNoise: [/status of 409/] });

  test('makes no second connection', cell('Meld', 'success'), async ({ page, backend, open, told }) => {
    const src = await start(backend);
    await open('/iframe', { src });
    await widgetOf(page).chooseFlinks();
    await logIn(widgetOf(page));
    await expect(widgetOf(page).title('Flinks Capital is connected')).toBeVisible();
    const before = told().length;
    await open('/iframe', { src });
    await widgetOf(page).chooseFlinks();
    const refused = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/v1/institutions'));
    await logIn(widgetOf(page));
    expect((await refused).status()).toBe(409);
    await expect(widgetOf(page).title(/./).first()).toBeVisible();
    expect(told().slice(before).filter(({ eventName }) => eventName === 'connect_complete')).toEqual([]);
  });
});

test('the page removes the iframe in the middle', cell('Meld', 'user closes'), async ({ page, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await expect(widget.close, 'the page has a way to close it').toBeHidden();
  await logInToBeAsked(widget);
  await wasTold([...opened, ...chosen, ...loggedIn, ...debug('question_asked', 'question')]);
  await hostCloses(page);
});

test('the bank puts it off, and the user leaves', cell('Meld', 'bank error'), async ({ page, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await widget.choose('retry bank', 'Retry Bank');
  await logInToWait(widget);
  await widget.button(/^Back to/).click();
  const error = message('error', { reason: 'delayed', details: expect.stringMatching(/\w/) });
  await wasTold([...opened, ...chosen, ...loggedIn, ...debug('delayed', 'failure'), error]);
  await settled(page);
  await hostCloses(page);
});

test('the bank is not available: another one', cell('Meld', 'bank error'), async ({ page, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await widget.choose('mfa bank', 'MFA Bank');
  await logInWhileBankIsDown(widget);
  await widget.button(/another bank/).click();
  await widget.chooseFlinks();
  await logIn(widget);
  await expect(widget.title('Flinks Capital is connected')).toBeVisible();
  await wasTold([
    ...opened, ...chosen, ...loggedIn, ...debug('institution_unavailable', 'failure', 'search'), ...chosen, ...loggedIn,
    ...connected('FlinksCapital', 'Flinks Capital'),
  ]);
  await hostCloses(page);
});

test("allowed at the bank's own site", cell('Meld', 'OAuth allow'), async ({ page, context, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await chooseOAuthBank(widget);
  const bank = await goToBank(widget, context);
  await bank.button('Allow').click();
  await expect(widget.title('OAuth Bank is connected')).toBeVisible();
  await wasTold([...opened, ...debug('institution_selected', 'oauth', 'oauth_opened', 'oauth_returned', 'connecting'), ...connected('oauth-bank', 'OAuth Bank')]);
  await hostCloses(page);
});

test("denied at the bank's own site", cell('Meld', 'OAuth deny'), async ({ page, context, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await chooseOAuthBank(widget);
  const bank = await goToBank(widget, context);
  await bank.button('Deny').click();
  await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
  await wasTold([...opened, ...debug('institution_selected', 'oauth', 'oauth_opened', 'oauth_returned', 'oauth_denied', 'failure')]);
  await hostCloses(page);
});

test('three questions, one answered wrongly first', cell('Meld', 'MFA'), async ({ page, backend, open, wasTold }) => {
  await open('/iframe', { src: await start(backend) });
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logInToBeAsked(widget);
  await answerWronglyFirst(widget);
  await answerQuestions(widget);
  await expect(widget.title('Flinks Capital is connected')).toBeVisible();
  const questions = [1, 2, 3, 4].flatMap(() => debug('question_asked', 'question', 'answer_submitted', 'connecting'));
  await wasTold([...opened, ...chosen, ...loggedIn, ...questions, ...connected('FlinksCapital', 'Flinks Capital')]);
  await hostCloses(page);
});

test('repair: the same connection works again', cell('Meld', 'reconnect'), async ({ page, backend, open, wasTold }) => {
  const connectionId = await backend.broken();
  const { connectToken, widgetUrl, id, institutionId } = await backend.ask('POST', '/bank-linking/connect/repair', { connectionId });
  backend.secret(connectToken);
  expect({ id, institutionId }).toEqual({ id: connectionId, institutionId: 'reconnect-bank' });
  await open('/iframe', { src: widgetUrl });
  const widget = widgetOf(page);
  await repair(widget);
  await expect(widget.title('Reconnect Bank is connected')).toBeVisible();
  await wasTold([opened[0], ...debug('credentials'), ...loggedIn, ...connected('reconnect-bank', 'Reconnect Bank')]);
  await hostCloses(page);
});
