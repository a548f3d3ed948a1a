// The session and the first banks are asked for while the program is on its way: once each, and just as it asks itself.
import type { Request, Route } from '@playwright/test';
import { asked, asksWordForWord, BANKS, BOTH, first, hold, paths, PROGRAM, SESSION } from './support/asked';
import { Clock } from './support/clock';
import { lines } from './support/host-page';
import { expect, test } from './support/test';
import { told, Widget } from './support/widget';

test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

test('asked before the program is there, once each', { tag: '@every' }, async ({ shop, server, page, context }) => {
  const requests = asked(context);
  const come = await hold(page, PROGRAM);
  const widget = await shop.open(await server.token());
  await expect.poll(() => paths(requests)).toEqual(BOTH);
  expect(await lines(page)).toEqual([]);
  come();
  await expect(widget.row('Demo')).toBeVisible();
  expect(paths(requests)).toEqual(BOTH);
  await widget.loginToDemo('wealthica', 'wealthica');
  await widget.finish('Demo');
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
});

test('a token that comes late, by a host that answers `ready` alone: once each as well', async ({ shop, server, page, context }) => {
  const requests = asked(context);
  const widget = await shop.openLate(await server.token());
  expect(paths(requests)).toEqual([]);
  await page.evaluate(() => window.giveToken());
  await expect(widget.row('Demo')).toBeVisible();
  expect(paths(requests)).toEqual(BOTH);
});

test.describe('word for word as the program asks', () => {
  test.use({ expectedNoise: [/status of 503/] });

  for (const [what, parameters, more] of [
    ['nothing else', {}, {}],
    ['everything that limits the list', { search: 'de mo+ü', providers: 'demo,flinks', provider_groups: 'core', countries: 'CA,US', job_types: 'a b,c' }, {}],
    ['what is given twice or is empty', { search: '', countries: '' }, { countries: 'CA', lang: 'en' }],
    ['where the window goes', { redirect_uri: 'REGISTERED' }, {}],
  ] as const) {
    test(what, async ({ page, context, server, host }) => {
      const fragment = new URLSearchParams({ token: await server.token(), ...parameters });
      if (fragment.get('redirect_uri')) fragment.set('redirect_uri', `${host}/back`);
      await asksWordForWord(context, page, () => page.goto(`${server.origin}/?${new URLSearchParams(more)}#${fragment}`));
    });
  }
});

test.describe('an early answer that is no good is as one of its own', () => {
  test.use({ expectedNoise: [/status of (429|500)|ERR_CONNECTION_REFUSED/] });

  const bad: [string, (route: Route) => Promise<void>][] = [
    ['too many', (route) => route.fulfill({ status: 429, headers: { 'retry-after': '1' }, body: '' })],
    ['an error page', (route) => route.fulfill({ status: 500, body: '<h1>Internal error</h1>' })],
    ['no JSON', (route) => route.fulfill({ status: 200, body: '{' })],
    ['another shape', (route) => route.fulfill({ status: 200, json: [1] })],
    ['nothing at all', (route) => route.abort('connectionrefused')],
  ];
  for (const [what, answer] of bad) {
    for (const address of [SESSION, BANKS]) {
      test(`${what} of ${address.source}`, async ({ shop, server, page, context }) => {
        const requests = asked(context);
        const clock = await Clock.install(context, page);
        await first(page, address, 1, answer);
        const widget = await shop.open(await server.token());
        await expect(widget.frame.locator('main.card')).toBeVisible();
        await expect(widget.frame.locator('#outline')).toHaveCount(0);
        await expect
          .poll(async () => {
            await clock.skip(5_000);
            return widget.row('Demo').isVisible();
          })
          .toBe(true);
        const times = requests.filter((request) => address.test(request.url())).length;
        expect(times).toBe(2);
        expect(requests.length).toBeLessThanOrEqual(4);
      });
    }
  }
});

test.describe('a token that is refused', () => {
  test.use({ expectedNoise: [/status of 401/] });

  test('in the words and with the events of ever', async ({ shop, page, context }) => {
    const requests = asked(context);
    const widget = await shop.open('no-token-of-this-server');
    await expect(widget.alert).toBeVisible();
    expect(await lines(page)).toEqual([]);
    expect(requests.filter((request) => SESSION.test(request.url()))).toHaveLength(1);
    await widget.close.click();
    await shop.wasTold('error invalid_token');
  });
});

test('the rows stand with the field where they have come before the program', async ({ shop, server, page, context }) => {
  await context.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const field = document.querySelector('[role=combobox]') ? 'field' : '';
      const rows = document.querySelector('[role=option]') ? 'rows' : '';
      if (field || rows) seen.push(field + rows);
      if (!rows) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const answered: Request[] = [];
  context.on('response', (response) => answered.push(response.request()));
  const come = await hold(page, PROGRAM);
  const widget = await shop.open(await server.token());
  await expect.poll(() => paths(answered.filter((request) => /\/v1\//.test(request.url())))).toEqual(BOTH);
  come();
  await expect(widget.row('Demo')).toBeVisible();
  const frame = page.frames().find((frame) => frame.url().startsWith(server.origin))!;
  // On a busy machine a frame may come between the two answers' bodies; a wait would be many.
  const seen = (await frame.evaluate('seen')) as string[];
  expect(seen.filter((frame) => frame === 'field').length).toBeLessThanOrEqual(1);
  expect(seen.at(-1)).toBe('fieldrows');
});

test('a program that is faster than the answers waits for them', async ({ shop, server, page, context }) => {
  const requests = asked(context);
  const come = await hold(page, SESSION);
  const widget = await shop.open(await server.token());
  await expect.poll(async () => (await page.evaluate(() => window.raw)).map(({ data }) => data.type)).toContain('ready');
  come();
  await expect(widget.row('Demo')).toBeVisible();
  expect(paths(requests)).toEqual(BOTH);
});

test('whoever types ends the early request for banks', async ({ shop, server, page }) => {
  const come = await hold(page, /\/v1\/providers\?search=$/);
  const ended = page.waitForEvent('requestfailed', (request) => /search=$/.test(request.url()));
  const widget = await shop.open(await server.token());
  await widget.search.fill('demo');
  expect((await ended).failure()?.errorText).toMatch(/abort/i);
  await expect(widget.row('Demo')).toBeVisible();
  come();
});

test('nothing is asked for that is not needed', async ({ shop, server, page, context }) => {
  const requests = asked(context);
  const widget = await shop.open(await server.token(), { institution: 'demo' });
  await expect(widget.username).toBeVisible();
  expect(paths(requests)).toEqual(['/v1/providers/demo', '/v1/session']);
  await page.evaluate(() => window.session.close());
});

test.describe('in another page than its own', () => {
  test.use({ expectedNoise: [/is not the page around|frame-ancestors|Failed to execute 'postMessage'/] });

  test('nothing is asked for', async ({ server, page, host, context }) => {
    const requests = asked(context);
    await page.goto(`${host}/any-frames`);
    const token = await server.token();
    await page.evaluate(
      ([origin, token]) => {
        const frame = document.createElement('iframe');
        frame.src = `${origin}/?origin=${encodeURIComponent('https://other.example')}#token=${token}`;
        document.body.append(frame);
      },
      [server.origin, token],
    );
    await expect(page.frameLocator('iframe').getByRole('heading', { level: 1 }).filter({ hasNotText: 'Connect your bank' })).toBeVisible();
    expect(paths(requests)).toEqual([]);
  });
});

test('two widgets of a page ask for themselves', async ({ server, page, host, context }) => {
  const requests = asked(context);
  const come = await hold(page, PROGRAM);
  await page.goto(`${host}/pair`);
  const tokens = [await server.token({ user_id: 'left' }), await server.token({ user_id: 'right' })];
  await page.evaluate(([left, right]) => {
    for (const [container, token] of [['#left', left], ['#right', right]]) window.ConnectWidget.connect({ container, token: token!, onSuccess() {} } as never);
  }, tokens);
  await expect.poll(() => paths(requests)).toEqual([...BOTH, ...BOTH].sort());
  const given = new Set(await Promise.all(requests.map((request) => request.headerValue('authorization'))));
  expect(given).toEqual(new Set(tokens.map((token) => `Bearer ${token}`)));
  come();
  for (const side of ['#left', '#right']) await expect(new Widget(page.frameLocator(`${side} iframe`) as never).row('Demo')).toBeVisible();
  expect(requests).toHaveLength(4);
});

test.describe('what is no origin', () => {
  test.use({ expectedNoise: [/is no origin/] });

  for (const origin of ['HTTP://LOCALHOST', 'null', '', 'https://shop.example/path']) {
    test(`"${origin}": nothing is asked for`, async ({ server, page, context }) => {
      const requests = asked(context);
      const come = await hold(page, PROGRAM);
      await page.goto(`${server.origin}/?${new URLSearchParams({ origin })}#token=${await server.token()}`);
      come();
      await expect(new Widget(page).title(/opened this way/)).toBeVisible();
      expect(paths(requests)).toEqual([]);
    });
  }
});

for (const [what, around] of [
  ['blanks', '%20'],
  ['a line end', '%0A'],
] as const) {
  test(`${what} behind a token: once each`, async ({ server, page, context }) => {
    const requests = asked(context);
    const widget = new Widget(page);
    await page.goto(`${server.origin}/#token=${await server.token()}${around}`);
    await expect(widget.row('Demo')).toBeVisible();
    expect(paths(requests)).toEqual(BOTH);
  });
}
