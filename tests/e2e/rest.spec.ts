// What comes after the list of banks is a file of its own, which comes when the line brings it, or does not.
import type { Page } from '@playwright/test';
import { Clock } from './support/clock';
import { lines, wire } from './support/host-page';
import { Rest, restFails, restIs } from './support/rest';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

const FIRST = '**/connect-widget-*_bg.wasm';
const loading = (widget: Widget) => widget.frame.locator('.skeleton');
const ends = async (page: Page) => (await lines(page)).filter((line) => /^(success|error|exit)/.test(line));

test.describe('held back', () => {
  test('the list can be used, a click waits, and the login comes with the file', async ({ shop, server, page }) => {
    const rest = await Rest.held(page);
    const widget = await shop.open(await server.token());
    await widget.search.fill('mfa');
    await expect(widget.row('MFA Bank')).toBeVisible();
    await widget.search.fill('demo');
    await widget.row('Demo').click();
    await expect(loading(widget)).toBeVisible();
    await expect(widget.title('Demo')).toBeFocused();
    await expect(widget.username).toBeHidden();
    rest.letGo();
    await widget.login('wealthica', 'wealthica');
    await widget.finish('Demo');
    expect(rest.asked).toBe(1);
    expect(await ends(page)).toEqual(['success']);
  });

  test('the X waits too, and the host hears of it once', async ({ shop, server, page }) => {
    const rest = await Rest.held(page);
    const widget = await shop.open(await server.token());
    await expect(widget.row('Demo')).toBeVisible();
    await widget.close.click();
    await expect(loading(widget)).toBeVisible();
    rest.letGo();
    await shop.wasTold('opened', 'screen_shown search', 'exit user_closed');
  });

  test('what happened before it came is told with the time at which it happened', async ({ shop, server, page }) => {
    const rest = await Rest.held(page);
    const widget = await shop.open(await server.token());
    await widget.search.fill('demo');
    await expect(widget.row('Demo')).toBeVisible();
    expect(await lines(page)).toEqual([]);
    await widget.row('Demo').click();
    rest.letGo();
    await expect(widget.username).toBeVisible();
    const told = (await lines(page)).filter((line) => !line.startsWith('institution_search'));
    expect(told.slice(0, 3)).toEqual(['opened', 'screen_shown search', 'institution_selected']);
  });

  for (const [what, options, token, title] of [
    ['consent', {}, { job_types: ['transactions'], consent: {} }, /would like to see/],
    ['a preselected bank', { institution: 'demo' }, {}, 'Log in to Demo'],
  ] as const) {
    test(`${what} as the first screen: it waits, and comes by itself`, async ({ shop, server, page }) => {
      const rest = await Rest.held(page);
      const widget = await shop.open(await server.token(token), options);
      await expect(loading(widget)).toBeVisible();
      rest.letGo();
      await expect(loading(widget)).toBeHidden();
      await expect(widget.title(title)).toBeVisible();
    });
  }

  test('a token that is none: it waits, and says so', async ({ page, server }) => {
    const rest = await Rest.held(page);
    const widget = new Widget(page);
    await page.goto(`${server.origin}/`);
    await expect(loading(widget)).toBeVisible();
    rest.letGo();
    await expect(widget.title(/./)).not.toHaveText('Connect your bank');
    await expect(widget.button(/./).first()).toBeVisible();
  });

  test('a reload in the middle: it waits, and goes on there', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo('MFA Bank', 'user_good', 'code');
    await expect(widget.code).toBeVisible();
    const rest = await Rest.held(page);
    await page.frames().find((frame) => frame.url().startsWith(server.origin))!.evaluate(() => location.reload());
    await expect(loading(widget)).toBeVisible();
    rest.letGo();
    await expect(widget.code).toBeVisible();
  });
});

test.describe('refused', () => {
  test.use({ expectedNoise: [/status of 401/] });

  test('a token that no header can carry is refused as any other that is none', async ({ shop, server, page }) => {
    const widget = await shop.open(`${await server.token()}…`);
    await expect(widget.title(/./)).not.toHaveText('Connect your bank');
    await expect(widget.frame.locator('#broken')).toBeHidden();
    await widget.close.click();
    await expect.poll(() => ends(page)).toEqual(['error invalid_token']);
  });

  test('a session that is refused waits, and says so', async ({ shop, server, page }) => {
    const rest = await Rest.held(page);
    const widget = await shop.open(await `${await server.token()}x`);
    await expect(loading(widget)).toBeVisible();
    rest.letGo();
    await expect(widget.alert.or(widget.title(/session|link|start/i)).first()).toBeVisible();
  });
});

test.describe('that does not come', () => {
  test.use({ expectedNoise: [/net::ERR_|Failed to load resource|Failed to fetch|integrity|page error/] });

  test('once: it is fetched again by itself', async ({ shop, server, page }) => {
    const asked = await restFails(page, 1);
    const widget = await shop.open(await server.token());
    await widget.choose('demo', 'Demo');
    await widget.login('wealthica', 'wealthica');
    await widget.finish('Demo');
    expect(asked()).toBe(2);
  });

  test('for good: the list stays; once it is needed there are words, a way on, and the host hears of it', async ({ shop, server, page, context }) => {
    const clock = await Clock.install(context, page);
    const asked = await restFails(page, Infinity);
    const widget = await shop.open(await server.token());
    await expect(widget.row('Demo')).toBeVisible();
    for (let time = 1; time <= 7; time += 1) {
      await expect.poll(asked).toBe(time);
      await clock.skip(9000);
    }
    await widget.search.fill('mfa');
    await expect(widget.row('MFA Bank')).toBeVisible();
    await widget.search.fill('demo');
    await widget.row('Demo').click();
    await expect(widget.title('Demo')).toBeVisible();
    await expect
      .poll(async () => {
        await clock.skip(9000);
        return widget.title('Something went wrong here').isVisible();
      })
      .toBe(true);
    await expect(widget.frame.getByText('didn’t load completely')).toBeVisible();
    await widget.frame.locator('#broken').getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => ends(page)).toEqual(['error widget_unreachable']);
  });

  test('and is never answered: it is fetched again after a while', async ({ shop, server, page, context }) => {
    const clock = await Clock.install(context, page);
    let asked = 0;
    await page.route('**/connect-rest-*.wasm', async (route) => {
      asked += 1;
      if (asked > 1) await route.continue();
    });
    const widget = await shop.open(await server.token());
    await expect(widget.row('Demo')).toBeVisible();
    await expect.poll(() => asked).toBe(1);
    await clock.skip(20_001);
    await expect.poll(async () => {
      await clock.skip(1001);
      return asked;
    }).toBe(2);
    await widget.choose('demo', 'Demo');
  });

  test('and is another one than was built: never run', async ({ shop, server, page, context }) => {
    const clock = await Clock.install(context, page);
    await restIs(page, 'not the file');
    const widget = await shop.open(await server.token());
    await widget.search.fill('demo');
    await widget.row('Demo').click();
    await expect
      .poll(async () => {
        await clock.skip(9000);
        return widget.title('Something went wrong here').isVisible();
      })
      .toBe(true);
  });

  test('while the browser is offline: it comes as soon as that is over', async ({ shop, server, page, context }) => {
    const asked = await restFails(page, 1);
    const widget = await shop.open(await server.token());
    await expect(widget.row('Demo')).toBeVisible();
    await context.setOffline(true);
    await context.setOffline(false);
    await widget.choose('demo', 'Demo');
    expect(asked()).toBe(2);
  });
});

test.describe('when it is asked for', () => {
  test('once the program runs, where the list comes first', async ({ shop, server, page }) => {
    const order: string[] = [];
    page.on('requestfinished', (request) => order.push(request.url()));
    page.on('request', (request) => request.url().includes('connect-rest-') && order.push('asked'));
    const widget = await shop.open(await server.token());
    await expect(widget.row('Demo')).toBeVisible();
    await expect.poll(() => order.includes('asked')).toBe(true);
    const first = order.findIndex((what) => what.includes('_bg.wasm'));
    expect(first).toBeGreaterThanOrEqual(0);
    expect(order.indexOf('asked')).toBeGreaterThan(first);
  });

  test('beside the first part, where that begins with a later screen', async ({ shop, server, page }) => {
    let letGo = () => {};
    const held = new Promise<void>((go) => (letGo = go));
    await page.route(FIRST, async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForRequest(/connect-rest-/);
    const token = await server.token();
    const opened = shop.open(token, { institution: 'demo' });
    await asked;
    letGo();
    const widget = await opened;
    await expect(widget.title('Log in to Demo')).toBeVisible();
    expect((await wire(page)).filter(({ type }) => type === 'ready').length).toBeGreaterThan(0);
  });
});
