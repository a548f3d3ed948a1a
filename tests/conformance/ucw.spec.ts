// A page with the Universal Connect Widget's iframe, as the documents of both its versions show it: the URL is all that changes.
import type { Page } from '@playwright/test';
import { Widget } from '../e2e/support/widget';
import type { Backend } from './support/backend';
import { cell } from './support/matrix';
import { answerQuestions, answerWronglyFirst, goToBank, logIn, logInToBeAsked, logInToWait, logInWhileBankIsDown, repair } from './support/person';
import { expect, settled, test } from './support/test';

interface Bank {
  id: string;
  name: string;
}
const FLINKS: Bank = { id: 'FlinksCapital', name: 'Flinks Capital' };
const MFA: Bank = { id: 'mfa-bank', name: 'MFA Bank' };
const OAUTH: Bank = { id: 'oauth-bank', name: 'OAuth Bank' };
const RETRY: Bank = { id: 'retry-bank', name: 'Retry Bank' };
const RECONNECT: Bank = { id: 'reconnect-bank', name: 'Reconnect Bank' };
const ID = expect.any(String);
const [CREATED, CHALLENGED, CONNECTED, DELAYED, DISABLED, RESUMED] = [0, 3, 6, 13, 16, 18];
const AGGREGATOR = expect.any(String);

const message = (type: string, metadata: object = {}) => ({ type, metadata });
const loaded = (initial_step: string) => message('connect/loaded', { initial_step });
const searched = (query: string) => message('connect/institutionSearch', { query });
const steps = (...steps: string[]) => steps.slice(1).map((current, at) => message('connect/stepChange', { previous: steps[at], current }));
const guidAndCode = ({ id }: Bank) => ({ guid: id, code: id });
const entered = (bank: Bank) => message('connect/enterCredentials', { institution: guidAndCode(bank) });
const selected = (bank: Bank) => message('connect/selectedInstitution', { name: bank.name, ...guidAndCode(bank), url: null });
const done = message('connect/connected/primaryAction');
const answered = [message('connect/submitMFA', { member_guid: ID }), ...steps('mfa', 'connecting')];

/** What the versions call a connection. */
const versions = {
  'UCW v1': {
    member: (_: Bank, user: string, member_guid: unknown) => ({ aggregator: AGGREGATOR, member_guid, user_guid: user }),
    status: 'connection_status',
    async address(backend: Backend, origin: string, host: string, more: Record<string, string>) {
      const { token } = await backend.bearer(`/api/token?userId=${encodeURIComponent(backend.user)}`);
      backend.secret(token);
      const query = { jobTypes: 'accountNumber,transactions', userId: backend.user, targetOrigin: host, token, ...more };
      return `${origin}/widget?${new URLSearchParams(query)}`;
    },
  },
  'UCW v2': {
    member: (bank: Bank, user: string, connectionId: unknown) => ({ ucpInstitutionId: bank.id, aggregator: AGGREGATOR, connectionId, aggregatorUserId: user }),
    status: 'connectionStatus',
    async address(backend: Backend, origin: string, host: string, more: Record<string, string>) {
      const body = { jobTypes: ['accountNumber', 'transactions'], userId: backend.user, targetOrigin: host, ...more };
      const { widgetUrl } = await backend.ask('POST', '/widgetUrl', body);
      const { pathname, searchParams } = new URL(widgetUrl);
      expect([pathname, [...searchParams.keys()]]).toEqual(['/widget', ['token']]);
      backend.secret(searchParams.get('token')!);
      expect(widgetUrl.startsWith(`${origin}/`)).toBe(true);
      return widgetUrl as string;
    },
  },
};

const widgetOf = (page: Page) => new Widget(page.frameLocator('iframe'));

/** Types, lets the page hear of it, and picks the bank. */
async function choose(widget: Widget, told: () => any[], typed: string, bank: Bank, title = `Log in to ${bank.name}`): Promise<void> {
  await widget.search.fill(typed);
  await expect.poll(told).toContainEqual(searched(typed));
  await widget.row(bank.name).click();
  await expect(widget.title(title)).toBeVisible();
}

async function hostCloses(page: Page): Promise<void> {
  await page.locator('iframe').evaluate((iframe) => iframe.remove());
  await settled(page);
  await expect.poll(() => page.frames()).toHaveLength(1);
}

for (const system of ['UCW v1', 'UCW v2'] as const) {
  const version = versions[system];

  test.describe(system, () => {
    /** The messages about one user's connections. */
    const say = (user: string) => {
      const status = (bank: Bank, number: number, id: unknown = ID) =>
        message('connect/memberStatusUpdate', { ...version.member(bank, user, id), [version.status]: number });
      return {
        status,
        chosen: (bank: Bank, typed: string) => [loaded('search'), searched(typed), selected(bank), ...steps('search', 'enterCreds')],
        loggedIn: (bank: Bank) => [entered(bank), ...steps('enterCreds', 'connecting'), status(bank, CREATED)],
        failed: (bank: Bank, number: number) => [
          status(bank, number),
          message('connect/memberError', { member: { guid: ID, connection_status: number } }),
          ...steps('connecting', 'actionableError'),
        ],
        asked: (bank: Bank) => [status(bank, CHALLENGED), ...steps('connecting', 'mfa')],
        connected: (bank: Bank, id: unknown = ID) => [
          status(bank, CONNECTED, id),
          message('connect/memberConnected', version.member(bank, user, id)),
          ...steps('connecting', 'connected'),
        ],
      };
    };

    test('connected', { ...cell(system, 'success'), tag: '@every' }, async ({ page, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'flinks', FLINKS);
      await logIn(widget);
      await widget.finish(FLINKS.name);
      const { chosen, loggedIn, connected } = say(backend.user);
      await wasTold([...chosen(FLINKS, 'flinks'), ...loggedIn(FLINKS), ...connected(FLINKS), done]);
      await settled(page);
      await hostCloses(page);
    });

    test('institutionId: straight to its login, and no way back', cell(system, 'success'), async ({ page, server, host, backend, open, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, { institutionId: FLINKS.id }) });
      const widget = widgetOf(page);
      await expect(widget.username).toBeVisible();
      await expect(widget.back).toBeHidden();
      await page.evaluate(() => frames[0]!.postMessage({ type: 'mx/navigation', payload: { action: 'back' } }, '*'));
      await wasTold([loaded('enterCreds'), message('navigation', { did_go_back: false })]);
      await expect(widget.title('Log in to Flinks Capital')).toBeVisible();
    });

    test('mx/navigation: one step back, and none', cell(system, 'success'), async ({ page, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'flinks', FLINKS);
      await expect(widget.username).toBeVisible();
      const back = { type: 'mx/navigation', payload: { action: 'back' } };
      await page.evaluate((back) => frames[0]!.postMessage(back, '*'), back);
      await expect(widget.search).toBeVisible();
      const went = (did_go_back: boolean) => message('navigation', { did_go_back });
      await page.evaluate((back) => frames[0]!.postMessage(JSON.stringify(back), '*'), back);
      const { chosen } = say(backend.user);
      await wasTold([...chosen(FLINKS, 'flinks'), went(true), ...steps('enterCreds', 'search'), message('connect/backToSearch'), went(false)]);
      await expect(widget.search).toBeVisible();
    });

    test('a URL opens one session', cell(system, 'success'), async ({ page, server, host, backend, open }) => {
      const src = await version.address(backend, server.origin, host, {});
      await open('/iframe', { src });
      await expect(widgetOf(page).search).toBeVisible();
      await page.locator('iframe').evaluate((iframe: HTMLIFrameElement) => (iframe.src = iframe.src));
      await expect(widgetOf(page).search, 'a reload in the same browser').toBeVisible();
      const stranger = await fetch(src);
      expect(await stranger.text()).not.toMatch(/"token":/);
    });

    test('the page removes the iframe in the middle', cell(system, 'user closes'), async ({ page, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'flinks', FLINKS);
      await expect(widget.close, 'the page has a way to close it').toBeHidden();
      await logInToBeAsked(widget);
      const { chosen, loggedIn, asked } = say(backend.user);
      await wasTold([...chosen(FLINKS, 'flinks'), ...loggedIn(FLINKS), ...asked(FLINKS)]);
      await hostCloses(page);
    });

    test('the bank puts it off, and the user leaves', cell(system, 'bank error'), async ({ page, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'retry bank', RETRY);
      await logInToWait(widget);
      await widget.button(/^Back to/).click();
      const { chosen, loggedIn, failed } = say(backend.user);
      await wasTold([...chosen(RETRY, 'retry bank'), ...loggedIn(RETRY), ...failed(RETRY, DELAYED), message('connect/memberError/primaryAction')]);
      await settled(page);
      await hostCloses(page);
    });

    test('the bank is not available: another one', cell(system, 'bank error'), async ({ page, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'mfa bank', MFA);
      await logInWhileBankIsDown(widget);
      await widget.button(/another bank/).click();
      await choose(widget, told, 'flinks', FLINKS);
      await logIn(widget);
      await widget.finish(FLINKS.name);
      const { chosen, loggedIn, failed, connected } = say(backend.user);
      await wasTold([
        ...chosen(MFA, 'mfa bank'), ...loggedIn(MFA), ...failed(MFA, DISABLED), ...steps('actionableError', 'search'), message('connect/backToSearch'),
        ...chosen(FLINKS, 'flinks').slice(1), ...loggedIn(FLINKS), ...connected(FLINKS), done,
      ]);
    });

    test("allowed at the bank's own site", cell(system, 'OAuth allow'), async ({ page, context, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'oauth bank', OAUTH, 'Log in at OAuth Bank');
      const bank = await goToBank(widget, context);
      await bank.button('Allow').click();
      await widget.finish(OAUTH.name);
      const { chosen, status, connected } = say(backend.user);
      const requested = message('connect/oauthRequested', { url: expect.stringMatching(/\/sandbox\/oauth-bank\/authorize\?/), member_guid: null });
      await wasTold([...chosen(OAUTH, 'oauth bank'), requested, ...steps('enterCreds', 'connecting'), status(OAUTH, CREATED), ...connected(OAUTH), done]);
    });

    test("denied at the bank's own site", cell(system, 'OAuth deny'), async ({ page, context, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'oauth bank', OAUTH, 'Log in at OAuth Bank');
      const bank = await goToBank(widget, context);
      await bank.button('Deny').click();
      await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
      await wasTold([
        ...say(backend.user).chosen(OAUTH, 'oauth bank'), message('connect/oauthRequested', { url: expect.stringMatching(/\/sandbox\/oauth-bank\/authorize\?/), member_guid: null }),
        message('connect/oauthError', { member_guid: null, error_reason: 'DENIED' }), ...steps('enterCreds', 'oauthError'),
      ]);
      await hostCloses(page);
    });

    test('three questions, one answered wrongly first', cell(system, 'MFA'), async ({ page, server, host, backend, open, told, wasTold }) => {
      await open('/iframe', { src: await version.address(backend, server.origin, host, {}) });
      const widget = widgetOf(page);
      await choose(widget, told, 'flinks', FLINKS);
      await logInToBeAsked(widget);
      await answerWronglyFirst(widget);
      await answerQuestions(widget);
      await widget.finish(FLINKS.name);
      const { chosen, loggedIn, asked, connected } = say(backend.user);
      const questions = [1, 2, 3, 4].flatMap(() => [...asked(FLINKS), ...answered]);
      await wasTold([...chosen(FLINKS, 'flinks'), ...loggedIn(FLINKS), ...questions, ...connected(FLINKS), done]);
    });

    test('connectionId: the same connection works again', cell(system, 'reconnect'), async ({ page, server, host, backend, open, wasTold }) => {
      const connectionId = await backend.broken();
      const again = { connectionId, aggregator: 'sandbox', institutionId: RECONNECT.id };
      await open('/iframe', { src: await version.address(backend, server.origin, host, again) });
      const widget = widgetOf(page);
      await repair(widget);
      await widget.finish(RECONNECT.name);
      const { status, connected } = say(backend.user);
      await wasTold([
        loaded('enterCreds'), message('connect/updateCredentials', { institution: guidAndCode(RECONNECT), member_guid: connectionId }),
        ...steps('enterCreds', 'connecting'), status(RECONNECT, RESUMED, connectionId), ...connected(RECONNECT, connectionId), done,
      ]);
    });
  });
}

test('v1 without a token, from a page of a client that allows it', cell('UCW v1', 'success'), async ({ page, server, backend, open, told }) => {
  const query = new URLSearchParams({ jobTypes: 'accountOwner', userId: backend.user });
  await open('/iframe', { src: `${server.origin}/widget?${query}` });
  await expect(widgetOf(page).search).toBeVisible();
  await expect.poll(told).toEqual([loaded('search')]);
});
