// Banks that come by way of aggregators, through the widget: the real server and its adapters, and the stand-ins behind them.
import type { BrowserContext, Page } from '@playwright/test';
import { BankSite } from './support/bank-site';
import { ConnectServer, START_LIMIT } from './support/connect-server';
import { Fakes, PAGE_BANK, TOKEN_BANK } from './support/fakes';
import { heard, type Host, hostPages, lines } from './support/host-page';
import { expect, test as base } from './support/test';
import { WebServer } from './support/web-server';
import { told, type Widget } from './support/widget';

interface World {
  server: ConnectServer;
  /** Origin of host pages. */
  host: string;
  fakes: Fakes;
}

const test = base.extend<{ doors: void }, { world: World; fakes: Fakes }>({
  world: [
    async ({}, use) => {
      let widget = '';
      const host = await WebServer.start(hostPages(() => widget));
      const made: Fakes[] = [];
      const server = await ConnectServer.startAt(async (origin) => {
        made.unshift(await Fakes.start(origin));
        return made[0]!.options();
      });
      widget = server.origin;
      await use({ server, host: host.origin, fakes: made[0]! });
      await server.end();
      for (const fakes of made) await fakes.end();
      await host.end();
    },
    { scope: 'worker', timeout: START_LIMIT },
  ],

  both: [async ({ world }, use) => use(world), { scope: 'worker' }],

  fakes: [async ({ world }, use) => use(world.fakes), { scope: 'worker' }],

  doors: [
    async ({ fakes }, use) => {
      await use();
      fakes.open();
    },
    { auto: true },
  ],
});

const AT_PAGE = ['institution_selected', 'screen_shown oauth', 'oauth_opened'];
const RETURNED = ['oauth_returned', 'screen_shown connecting'];
const ends = async (page: Page) => (await lines(page)).filter((line) => /^(success|error|exit)/.test(line));

test.describe('a token that is pasted', () => {
  test('a wrong one is told on the form, and the right one connects', async ({ shop, server, fakes }) => {
    const widget = await shop.open(await server.token());
    await chooseTokenBank(widget);
    const link = widget.frame.getByRole('link', { name: 'Get a token' });
    await expect(link).toHaveAttribute('href', `${fakes.origin}/simplefin/create`);
    await paste(widget, 'no-token-at-all');
    await expect(widget.alert).toHaveText(/is not a SimpleFIN token/);
    await expect(widget.title(`Log in to ${TOKEN_BANK}`)).toBeVisible();
    await paste(widget, fakes.token());
    await widget.finish(TOKEN_BANK);
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.refused, ...told.loggedIn, ...told.connected, 'success');
    const { accounts } = await success(shop.page);
    expect(accounts.map(({ name }) => name)).toEqual(['Demo Savings', 'Demo Checking']);
  });

  test('one that was used before is told so', async ({ shop, server, fakes }) => {
    const token = fakes.token();
    const widget = await shop.open(await server.token());
    await chooseTokenBank(widget);
    await paste(widget, token);
    await widget.finish(TOKEN_BANK);
    await shop.open(await server.token({ user_id: 'another' }));
    await chooseTokenBank(widget);
    await paste(widget, token);
    await expect(widget.alert).toHaveText(/used already/);
  });

  for (const [scenario, warning] of [
    ['one-bank-broken', /Reauthenticate/],
    ['account-failed', /could not be read/],
  ] as const) {
    test(`${scenario}: connected, with what could not be read`, async ({ shop, server, fakes }) => {
      const widget = await shop.open(await server.token());
      await chooseTokenBank(widget);
      await paste(widget, fakes.token(scenario));
      await expect(widget.title(`${TOKEN_BANK} is connected`)).toBeVisible();
      await expect(widget.frame.getByText(warning)).toBeVisible();
      await widget.finish(TOKEN_BANK);
      await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
      const { warnings } = await success(shop.page);
      expect(warnings).toEqual([expect.objectContaining({ message: expect.stringMatching(warning) })]);
    });
  }

  test('the service breaks off once it has taken the token: told, and later it goes on with the same one', async ({ shop, server, fakes }) => {
    const broken = fakes.cut('/simplefin/accounts');
    const widget = await shop.open(await server.token());
    await chooseTokenBank(widget);
    await paste(widget, fakes.token());
    await expect(widget.button('Try again')).toBeVisible();
    broken.open();
    await widget.button('Try again').click();
    await widget.finish(TOKEN_BANK);
    await shop.wasTold(
      ...told.opened, ...told.chosen, ...told.loggedIn, ...told.failed('institution_unavailable'),
      'screen_shown connecting', ...told.connected, 'success',
    );
  });

  test('the service breaks off before it has taken the token: whoever tries again is asked for it once more', async ({ shop, server, fakes }) => {
    const broken = fakes.cut('/simplefin/claim/');
    const token = fakes.token();
    const widget = await shop.open(await server.token());
    await chooseTokenBank(widget);
    await paste(widget, token);
    await expect(widget.title(/can.t reach .+ right now/)).toBeVisible();
    broken.open();
    await widget.button('Try again').click();
    await expect(widget.alert).toHaveText(/Paste it once more/);
    await paste(widget, token);
    await widget.finish(TOKEN_BANK);
    await shop.wasTold(
      ...told.opened, ...told.chosen, ...told.loggedIn, ...told.failed('temporary_failure'),
      'screen_shown connecting', ...told.refused, ...told.loggedIn, ...told.connected, 'success',
    );
  });
});

test.describe("a bank's own page", () => {
  test('allowed: the window closes by itself and the bank is connected', async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    const bank = await toPageBank(widget, context);
    const closed = bank.page.waitForEvent('close');
    await allow(bank);
    await closed;
    await widget.finish(PAGE_BANK);
    await shop.wasTold(...told.opened, ...AT_PAGE, ...RETURNED, ...told.connected, 'success');
    const { accounts } = await success(shop.page);
    expect(accounts.map(({ name }) => name)).toEqual(['Current account', 'Savings', 'Credit card']);
  });

  test('denied: told, and once more works', async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    const bank = await toPageBank(widget, context);
    await bank.button('Deny').click();
    await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
    await widget.button('Try again').click();
    await allow(await BankSite.of(widget, context));
    await widget.finish(PAGE_BANK);
    await shop.wasTold(
      ...told.opened, ...AT_PAGE, 'oauth_returned', ...told.failed('oauth_denied'),
      'screen_shown oauth', 'oauth_opened', ...RETURNED, ...told.connected, 'success',
    );
  });

  test('the way there is broken: told, and once more works', async ({ shop, server, fakes, context }) => {
    const broken = fakes.cut('/enable-banking/auth');
    const widget = await shop.open(await server.token());
    await toPageBank(widget, context);
    await expect(widget.title(/can.t log in at/)).toBeVisible();
    broken.open();
    await widget.button('Try again').click();
    await allow(await BankSite.of(widget, context));
    await widget.finish(PAGE_BANK);
    await shop.wasTold(
      ...told.opened, ...AT_PAGE, 'oauth_returned', ...told.failed('oauth_unavailable'),
      'screen_shown oauth', 'oauth_opened', ...RETURNED, ...told.connected, 'success',
    );
  });

  test('back too late: told, and whoever tries again is led there once more', async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    const bank = await toPageBank(widget, context);
    await bank.button('Log in, and come back too late').click();
    await expect(widget.title(/can.t reach .+ right now/)).toBeVisible();
    await widget.button('Try again').click();
    await expect(widget.alert).toHaveText(`That login didn’t work. Please log in at ${PAGE_BANK} again.`);
    await allow(await BankSite.of(widget, context));
    await widget.finish(PAGE_BANK);
    await shop.wasTold(
      ...told.opened, ...AT_PAGE, ...RETURNED, ...told.failed('temporary_failure'),
      'screen_shown connecting', 'failed invalid_credentials', 'screen_shown oauth', 'oauth_opened', ...RETURNED, ...told.connected, 'success',
    );
  });

  test('a permission that has ended is renewed, with the same accounts', async ({ shop, server, fakes, context }) => {
    const token = await server.token({ user_id: 'renews' });
    const before = await connected(shop, token, context);
    await fakes.expireConsents();
    expect(await synced(server, token, before.institution_id)).toMatchObject({ sync_status: 'error', sync_error: { name: 'ConsentExpiredError' } });
    const widget = await shop.open(token, { reconnect: before.institution_id });
    await expect(widget.title(`Log in at ${PAGE_BANK}`)).toBeVisible();
    await allow(await BankSite.of(widget, context));
    await widget.finish(PAGE_BANK);
    await shop.wasTold('opened', 'screen_shown oauth', 'oauth_opened', ...RETURNED, ...told.connected, 'success');
    const after = await success(shop.page);
    expect(after.institution_id).toBe(before.institution_id);
    expect(after.accounts.map(({ id }) => id)).toEqual(before.accounts.map(({ id }) => id));
    expect(await synced(server, token, after.institution_id)).toMatchObject({ sync_status: 'ok' });
  });

  test('a permission that ends while the accounts are read: Renew access leads to the bank again', async ({ shop, server, fakes, context }) => {
    const held = fakes.hold('/balances');
    const widget = await shop.open(await server.token());
    await allow(await toPageBank(widget, context));
    await held.knocked;
    await fakes.expireConsents();
    held.open();
    await expect(widget.title(`Access to ${PAGE_BANK} has ended`)).toBeVisible();
    await widget.button('Renew access').click();
    await allow(await BankSite.of(widget, context));
    await widget.finish(PAGE_BANK);
    await shop.wasTold(
      ...told.opened, ...AT_PAGE, ...RETURNED, ...told.failed('consent_expired'),
      'screen_shown oauth', 'oauth_opened', ...RETURNED, ...told.connected, 'success',
    );
  });

  for (const [how, leave] of [
    ['before the bank', async () => {}],
    ['denied there', async (bank: () => Promise<BankSite>, widget: Widget) => {
      await (await bank()).button('Deny').click();
      await expect(widget.title(/Access wasn.t allowed/)).toBeVisible();
    }],
  ] as const) {
    test(`whoever backs out of a renewal keeps the connection: ${how}`, async ({ shop, server, context }) => {
      const token = await server.token({ user_id: `keeps ${how}` });
      const { institution_id } = await connected(shop, token, context);
      const before = await found(server, token, institution_id);
      const widget = await shop.open(token, { reconnect: institution_id });
      await expect(widget.title(`Log in at ${PAGE_BANK}`)).toBeVisible();
      await leave(() => BankSite.of(widget, context), widget);
      await widget.close.click();
      await expect.poll(() => ends(shop.page)).toHaveLength(1);
      expect((await ends(shop.page))[0]).toMatch(/^exit /);
      expect(await found(server, token, institution_id)).toEqual(before);
      expect(await synced(server, token, institution_id)).toMatchObject({ sync_status: 'ok' });
    });
  }
});

test.describe('the server is killed and comes back', () => {
  test.use({ expectedNoise: [/net::ERR_/] });

  test("while the user is at the bank's page", async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    const bank = await toPageBank(widget, context);
    await expect(bank.button('Log in and allow')).toBeVisible();
    await server.down();
    await server.up();
    await allow(bank);
    await widget.finish(PAGE_BANK);
    await shop.wasTold(...told.opened, ...AT_PAGE, ...RETURNED, ...told.connected, 'success');
  });

  test('while the token is on its way: it is asked for once more', async ({ shop, server, fakes }) => {
    const held = fakes.hold('/simplefin/claim/');
    const widget = await shop.open(await server.token());
    await chooseTokenBank(widget);
    await paste(widget, fakes.token());
    await held.knocked;
    await server.down();
    held.open();
    await server.up();
    await expect(widget.alert).toBeVisible();
    await expect(widget.title(`Log in to ${TOKEN_BANK}`)).toBeVisible();
    // Whether the first one counts as used nobody knows but the other side.
    await paste(widget, fakes.token());
    await widget.finish(TOKEN_BANK);
    await expect.poll(() => ends(shop.page)).toEqual(['success']);
  });

  test('while it reads the accounts', async ({ shop, server, fakes }) => {
    const held = fakes.hold('/simplefin/accounts');
    const widget = await shop.open(await server.token());
    await chooseTokenBank(widget);
    await paste(widget, fakes.token());
    await held.knocked;
    await server.down();
    held.open();
    await server.up();
    await widget.finish(TOKEN_BANK);
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });
});

async function chooseTokenBank(widget: Widget): Promise<void> {
  await widget.choose('token bank', TOKEN_BANK);
}

async function paste(widget: Widget, token: string): Promise<void> {
  await widget.frame.getByLabel('SimpleFIN token', { exact: true }).fill(token);
  await widget.button('Log in').click();
}

/** From the list of banks to the bank's page. */
async function toPageBank(widget: Widget, context: BrowserContext): Promise<BankSite> {
  await widget.choose('page bank', PAGE_BANK, `Log in at ${PAGE_BANK}`);
  return BankSite.of(widget, context);
}

const allow = (bank: BankSite) => bank.button('Log in and allow').click();

async function connected(shop: Host, token: string, context: BrowserContext): Promise<Success> {
  const widget = await shop.open(token);
  await allow(await toPageBank(widget, context));
  await widget.finish(PAGE_BANK);
  return success(shop.page);
}

interface Success {
  institution_id: string;
  accounts: { id: string; name: string }[];
  warnings?: { message: string }[];
}

/** What the host was told. */
async function success(page: Page): Promise<Success> {
  await expect.poll(() => ends(page)).toEqual(['success']);
  return (await heard(page)).find(([kind]) => kind === 'success')![1];
}

interface Institution {
  sync_status: string;
  sync_error?: { name: string };
}

async function ask(server: ConnectServer, token: string, method: string, path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${server.origin}${path}`, { method, headers, body: method === 'POST' ? '{}' : undefined });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** The connection as the server has it. */
async function found(server: ConnectServer, token: string, id: string): Promise<Institution> {
  return (await (await ask(server, token, 'GET', `/v1/institutions/${id}`)).json()) as Institution;
}

/** As it is after another sync. */
async function synced(server: ConnectServer, token: string, id: string): Promise<Institution> {
  await ask(server, token, 'POST', `/v1/institutions/${id}/sync`);
  await expect.poll(async () => (await found(server, token, id)).sync_status).not.toBe('syncing');
  return found(server, token, id);
}
