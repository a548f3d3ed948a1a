// What a session asks for, and what can become of it on the way: consent, limits, its end, the network, a reload, a crash.
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { Faults } from './support/faults';
import { heard, lines, reload, wire } from './support/host-page';
import { expect, test } from './support/test';
import { told, Widget } from './support/widget';

const ends = async (page: Page) => (await lines(page)).filter((line) => /^(success|error|exit)/.test(line));
const frameOf = (page: Page, origin: string) => page.frames().find((frame) => frame.url().startsWith(origin))!;

test.describe('consent', () => {
  const token = {
    job_types: ['transactions', 'accountOwner'],
    consent: { reasons: [{ job_type: 'transactions', reason: 'To show your spending by month.' }], terms_url: 'https://shop.example/terms' },
  };

  test('is asked for first, with what is read and why', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token(token));
    await expect(widget.frame.getByText('To show your spending by month.')).toBeVisible();
    await expect(widget.frame.getByRole('link', { name: /terms/i })).toHaveAttribute('href', 'https://shop.example/terms');
    await widget.button(/Agree/).click();
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
    await shop.wasTold('opened', 'screen_shown consent', 'consent_given', 'screen_shown search', ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });

  test('declined: an exit with its reason', async ({ shop, server }) => {
    const widget = await shop.open(await server.token(token));
    await widget.button('Decline').click();
    await shop.wasTold('opened', 'screen_shown consent', 'exit denied_consent');
  });
});

test.describe('a bank that is already connected', () => {
  test('with a warning: the user may go on', async ({ shop, server }) => {
    const widget = await shop.open(await server.token({ user_id: 'twice', duplicates: 'warn' }));
    await widget.choose('demo', 'Demo', /already|Demo/);
    await widget.button(/again|anyway/).click();
    await widget.login('wealthica', 'wealthica');
    await widget.finish('Demo');
    expect(await lines(shop.page)).toContain('screen_shown warning');
  });

  test('refused: said before the login', async ({ shop, server }) => {
    const widget = await shop.open(await server.token({ user_id: 'never-twice', duplicates: 'reject' }));
    await widget.search.fill('demo');
    await widget.row('Demo').click();
    await expect(widget.title(/already connected/)).toBeVisible();
    await widget.button('another bank').click();
    await widget.loginTo('MFA Bank', 'user_good', 'text');
    await widget.answer(/barks/, 'dog');
    await widget.finish('MFA Bank');
  });
});

test('a preselected bank, and no other: there is no way to the list', async ({ shop, server }) => {
  const widget = await shop.open(await server.token(), { institution: 'demo', allowChangeInstitution: false });
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await expect(widget.back).toBeHidden();
  await widget.login('TemporaryFailureError', 'x');
  await expect(widget.title(/can.t reach/)).toBeVisible();
  await expect(widget.button(/another bank/)).toBeHidden();
  await widget.button(/^Back to/).click();
  await expect.poll(() => ends(shop.page)).toEqual(['error temporary_failure']);
});

test('wait_for=authorized: the wait ends when the bank has let the user in', async ({ shop, server }) => {
  const widget = await shop.open(await server.token({ wait_for: 'authorized' }));
  await widget.loginToDemo('wealthica', 'wait-transactions-600000');
  await widget.finish('Demo');
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
});

test.describe('the network goes', () => {
  test.use({ expectedNoise: [/Failed to load resource/] });

  test('while a sync runs: a banner, a pause, and on by itself', { tag: '@every' }, async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'wait-login-2000');
    await expect(widget.title('Connecting to Demo')).toBeVisible();
    await context.setOffline(true);
    await expect(widget.alert).toHaveText(/offline/i);
    await context.setOffline(false);
    await widget.finish('Demo');
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });

  test('while a list is searched: what is typed meanwhile is found afterwards', async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token());
    await expect(widget.results.first()).toBeVisible();
    await context.setOffline(true);
    await widget.search.fill('caisse depargne');
    await expect(widget.alert).toHaveText(/offline/i);
    await context.setOffline(false);
    await expect(widget.results.first()).toContainText(/caisse/i);
    await expect(widget.alert).toBeHidden();
  });
});

test.describe('a reload in the middle', () => {
  test('at a question: the same question again, and nothing but ids was kept', { tag: '@every' }, async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'anything');
    await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    const frame = frameOf(page, server.origin);
    const kept = await frame.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    expect(kept).toMatch(/new\\n[0-9a-f]{24}\\n\\n \\ne2e/);
    expect(kept).not.toMatch(/anything|wealthica/);
    await reload(page, frameOf(page, server.origin));
    await widget.pick('Ruby');
    await widget.finish('Demo');
    await expect.poll(() => ends(page)).toEqual(['success']);
  });

  test('while it connects: it goes on connecting', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'wait-login-3000');
    await expect(widget.title('Connecting to Demo')).toBeVisible();
    await expect.poll(() => frameOf(page, server.origin).evaluate(() => sessionStorage.length)).toBe(1);
    await reload(page, frameOf(page, server.origin));
    await expect(widget.title('Connecting to Demo')).toBeVisible();
    await widget.finish('Demo');
    await expect.poll(() => ends(page)).toEqual(['success']);
    expect((await wire(page)).filter(({ name }) => name === 'institution_selected')).toHaveLength(1);
  });

  test('of the whole page: opened again, it is at the same step', { tag: '@every' }, async ({ shop, server, page }) => {
    const token = await server.token();
    let widget = await shop.open(token);
    await widget.loginToDemo('wealthica', 'anything');
    await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    widget = await shop.open(token);
    await widget.pick('Ruby');
    await widget.finish('Demo');
    await expect.poll(() => ends(page)).toEqual(['success']);
  });

  test('another user in the same tab begins anew', async ({ shop, server }) => {
    let widget = await shop.open(await server.token({ user_id: 'ann' }));
    await widget.loginToDemo('wealthica', 'anything');
    await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    widget = await shop.open(await server.token({ user_id: 'bob' }));
    await expect(widget.search).toBeVisible();
  });

  test('after the end nothing is kept', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'wealthica');
    await expect(widget.title('Demo is connected')).toBeVisible();
    expect(await frameOf(page, server.origin).evaluate(() => sessionStorage.length)).toBe(0);
  });
});

test.describe('the widget itself fails', () => {
  test.use({ expectedNoise: [/page error|panicked|unreachable/] });

  test('a panic in the middle: words and two ways on instead of a blank page', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', 'anything');
    await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    await frameOf(page, server.origin).evaluate(() => {
      const broken = () => { throw new Error('no more nodes'); };
      Node.prototype.cloneNode = broken;
      Document.prototype.createElement = broken;
      Document.prototype.createElementNS = broken;
    });
    // A banner has to be drawn.
    await frameOf(page, server.origin).evaluate(() => dispatchEvent(new Event('offline')));
    await expect(widget.frame.getByText(/Something went wrong/)).toBeVisible();
    await expect.poll(() => lines(page)).toContain('failed internal');
    await widget.button('Start again').click();
    await widget.pick('Ruby');
    await widget.finish('Demo');
    await expect.poll(() => ends(page)).toEqual(['success']);
  });

  test('a panic, and the user closes: the host is told the error, once', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await expect(widget.results.first()).toBeVisible();
    await frameOf(page, server.origin).evaluate(() => {
      const broken = () => { throw new Error('no more nodes'); };
      Node.prototype.cloneNode = broken;
      Document.prototype.createElement = broken;
      Document.prototype.createElementNS = broken;
    });
    await widget.row('Demo').click();
    await expect(widget.frame.getByText(/Something went wrong/)).toBeVisible();
    await widget.close.click();
    await expect.poll(() => ends(page)).toEqual(['error internal']);
  });
});

test.describe('connections of before', () => {
  const mark = (user: string) => createHash('sha256').update(`demo\n${user}`).digest('hex').slice(0, 24);
  const open = async (page: Page, origin: string, id: string, token: string) => {
    await page.goto(`${origin}/reconnect/${id}?client_id=demo&skip_success_screen=false&token=${encodeURIComponent(token)}`);
    return new Widget(page);
  };

  test('with a login that no longer works: logged in to anew', async ({ page, server }) => {
    const id = `reconnect-${mark('again')}`;
    const widget = await open(page, server.origin, id, await server.token({ user_id: 'again' }));
    await expect(widget.title('Log in to Reconnect Bank')).toBeVisible();
    await widget.login('user_good', 'x');
    await widget.finish('Reconnect Bank');
    await page.waitForURL(`**/connected?institution=${id}**`);
  });

  test('with an old question: synced first, then the new question is answered', async ({ page, server }) => {
    const id = `reconnect-question-${mark('asked')}`;
    const calls: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && calls.push(`${request.method()} ${new URL(request.url()).pathname.split('/').at(-1)}`));
    const widget = await open(page, server.origin, id, await server.token({ user_id: 'asked' }));
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await expect(widget.title(/MFA Bank is connected/)).toBeVisible();
    expect(calls).toEqual(['POST sync', `PUT ${id}`]);
  });

  test('that is well: says so, and reads the latest data', async ({ page, server }) => {
    const id = `reconnect-healthy-${mark('well')}`;
    const widget = await open(page, server.origin, id, await server.token({ user_id: 'well' }));
    await expect(widget.title(/Demo is connected/)).toBeVisible();
    await expect(widget.title('Demo is up to date')).toBeVisible();
    await widget.done.click();
    await page.waitForURL('**/connected?**');
  });
});

test.describe('an answer that is lost', () => {
  test.use({ expectedNoise: [/Failed to load resource/] });

  test('makes one connection of a login that is sent twice, not two', async ({ shop, server, page }) => {
    const token = await server.token({ user_id: 'lost-answer' });
    const faults = new Faults(server.origin, 'lost-answer');
    await faults.arm({ method: 'POST', path: '/v1/institutions', fault: 'lost', times: 1 });
    const widget = await shop.open(token);
    await widget.chooseDemo();
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/v1/institutions') && keys.push(request.headers()['idempotency-key']));
    await widget.login('wealthica', 'wealthica');
    await expect(widget.alert).toBeVisible();
    await widget.login('wealthica', 'wealthica');
    await widget.finish('Demo');
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).toBeTruthy();
    await expect.poll(async () => (await heard(page)).at(-1)![0]).toBe('success');
  });
});
