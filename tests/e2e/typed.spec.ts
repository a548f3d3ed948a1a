// What people type, paste and press, as they really do.
import type { Frame, Page, Route } from '@playwright/test';
import { heard, lines } from './support/host-page';
import { expect, test } from './support/test';
import { told } from './support/widget';

const widgetFrame = (page: Page, origin: string): Frame => page.frames().find((frame) => frame.url().startsWith(origin))!;

/** The bodies that go to the institutions' addresses. */
function bodies(page: Page): any[] {
  const sent: any[] = [];
  page.on('request', (request) => {
    if (/v1\/institutions/.test(request.url()) && ['POST', 'PUT'].includes(request.method())) sent.push(request.postDataJSON());
  });
  return sent;
}

const late = async (route: Route, millis: number) => {
  const response = await route.fetch().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, millis));
  // It may have been given up meanwhile.
  if (response) await route.fulfill({ response }).catch(() => undefined);
};

for (const typed of ['１２３４', '12-34', '12–34', '\u200b1234', '1234\u00a0', '١٢٣٤', '\u202a1234\u202c', ' 12 34\n']) {
  test(`a code as it is pasted: ${JSON.stringify(typed)}`, async ({ shop, server, page }) => {
    const sent = bodies(page);
    const widget = await shop.open(await server.token());
    await widget.loginTo('MFA Bank', 'user_good', 'code');
    await widget.code.fill(typed);
    await widget.button('Continue').click();
    await widget.finish('MFA Bank');
    expect(sent.at(-1).security_answer).toBe('1234');
  });
}

test('a password, and an answer in words, are sent as they were typed', async ({ shop, server, page }) => {
  const sent = bodies(page);
  const passwords = [' p@ss +&%="<e\u0301>😀 ', 'x'.repeat(100) + '\u00e9'.repeat(100)];
  for (const [at, password] of passwords.entries()) {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', password);
    await expect.poll(() => sent.length).toBe(at + 1);
    expect(sent[at].credentials).toEqual({ username: 'wealthica', password });
    await expect(widget.frame.getByRole('radio').first()).toBeVisible();
    // Else the next one in this tab goes on here.
    await widget.close.click();
    await expect(page.locator('iframe')).toHaveCount(0);
  }
  const again = await shop.open(await server.token());
  await again.loginTo('MFA Bank', 'user_good', 'text');
  await again.answer(/barks/, ' １２-34 e\u0301 ');
  await expect.poll(() => sent.at(-1).security_answer).toBe(' １２-34 e\u0301 ');
});

test('a login that the browser fills in without a word is what is sent', async ({ shop, server, page }) => {
  const sent = bodies(page);
  const widget = await shop.open(await server.token());
  await widget.choose('mfa bank', 'MFA Bank');
  const fill = (selector: string, value: string, event?: string) =>
    widgetFrame(page, server.origin).evaluate(
      ([selector, value, event]) => {
        const input = document.querySelector<HTMLInputElement>(selector!)!;
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, value);
        if (event) input.dispatchEvent(new Event(event, { bubbles: true }));
      },
      [selector, value, event],
    );
  // The title is there before the form.
  await expect(widget.password).toBeVisible();
  await fill('[autocomplete=username], [name=username]', 'user_good');
  await fill('[type=password]', 'code');
  await widget.password.press('Enter');
  await expect(widget.code).toBeVisible();
  expect(sent[0].credentials).toEqual({ username: 'user_good', password: 'code' });
  await fill('[autocomplete=one-time-code]', '1234', 'change');
  await widget.button('Continue').click();
  await widget.finish('MFA Bank');
  expect(sent.at(-1).security_answer).toBe('1234');
});

test('full-width letters and a soft hyphen find what plain ones find', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  for (const [typed, found] of [
    ['ＴＤ', /^TD/],
    ['ｎ２６', /N26/],
    ['flinks cap\u00adital', /Flinks Capital/],
    ['\u200bcre\u0301dit', /Cr[eé]dit/i],
  ] as const) {
    await widget.search.fill(typed);
    await expect(widget.results.first().locator('.name')).toHaveText(found);
  }
  for (const typed of ['"', "'", 'a"b', '-', '*', 'NEAR(', '%', '\\', 'ß', '🏦', 'x'.repeat(300)]) {
    await widget.search.fill(typed);
    await expect(widget.frame.locator('.searchbox.busy')).toHaveCount(0);
  }
  await widget.search.fill('demo');
  await expect(widget.results.first()).toContainText('Demo');
});

test('answers that come in the wrong order: the rows are those of what stands in the field', async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await expect(widget.results.first()).toBeVisible();
  await page.route('**/v1/providers?*', (route) => {
    const typed = new URL(route.request().url()).searchParams.get('search') ?? '';
    return late(route, Math.max(0, 1_800 - 200 * typed.length));
  });
  await widget.search.pressSequentially('flinks cap', { delay: 40 });
  await page.keyboard.press('Enter');
  const title = widget.title(/Flinks Capital/);
  await expect(widget.results.first().or(title)).toContainText('Flinks Capital');
  if (await widget.search.isVisible()) {
    await expect(widget.results).toHaveCount(await widget.results.filter({ hasText: 'Flinks Capital' }).count());
    await widget.search.fill('');
    await expect(widget.results.nth(5)).toBeVisible();
    await expect(widget.search).toHaveValue('');
  }
});

test('keys of an input method choose nothing, in Safari’s order either', async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await widget.search.fill('demo');
  await expect(widget.results.first()).toContainText('Demo');
  const press = (key: string, keyCode: number, isComposing: boolean) =>
    widgetFrame(page, server.origin).evaluate(
      ([key, keyCode, isComposing]) => {
        const event = new KeyboardEvent('keydown', { key, keyCode, isComposing, bubbles: true, cancelable: true } as KeyboardEventInit);
        document.querySelector('#search')!.dispatchEvent(event);
      },
      [key, keyCode, isComposing] as const,
    );
  await press('Enter', 13, true);
  await press('Enter', 229, false);
  await press('Escape', 229, false);
  await expect(widget.search).toHaveValue('demo');
  await expect.poll(() => lines(page)).toEqual(told.opened);
  await press('Enter', 13, false);
  await expect(widget.title('Log in to Demo')).toBeVisible();
});

test('Enter held down, and pressed again and again: one bank, one login', async ({ shop, server, page }) => {
  const sent = bodies(page);
  const widget = await shop.open(await server.token());
  await expect(widget.results.first()).toBeVisible();
  await page.route('**/v1/providers/*', (route) => late(route, 300));
  await widget.search.fill('mfa');
  await expect(widget.results.first()).toContainText('MFA');
  for (let press = 0; press < 10; press += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  for (let press = 0; press < 10; press += 1) await page.keyboard.press('Enter');
  await expect(widget.username).toBeVisible();
  for (const key of ['Enter', 'Enter', 'Tab', 'Enter', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
  const chosen = async () => (await lines(page)).filter((line) => line === 'institution_selected').length;
  expect(await chosen()).toBe(1);
  expect(sent).toEqual([]);
  await expect(widget.alert).toHaveCount(0);
});

test('three banks clicked in one breath: the first one counts', async ({ shop, server, page, context }) => {
  const widget = await shop.open(await server.token());
  await widget.search.fill('bank');
  await expect(widget.results.nth(3)).toBeVisible();
  await expect(widget.frame.locator('.searchbox.busy')).toHaveCount(0);
  const first = await widgetFrame(page, server.origin).evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLElement>('[role=option]')].slice(0, 3);
    const name = rows[0]!.querySelector('.name')!.textContent;
    rows.forEach((row) => row.click());
    return name;
  });
  await expect(widget.title(new RegExp(first!.replace(/[()]/g, '.')))).toBeVisible();
  const chosen = (await heard(page)).filter(([, value]) => value?.name === 'institution_selected');
  expect(chosen).toHaveLength(1);
  expect(context.pages()).toHaveLength(1);
});

test('a field that has the focus is taken away, whoever takes it', async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  const press = (name: string) => widgetFrame(page, server.origin).evaluate((name) => document.querySelector<HTMLElement>(`[aria-label="${name}"]`)!.click(), name);
  for (const leave of ['button', 'back()', 'refused', 'Escape'] as const) {
    const again = leave === 'button' ? widget : await shop.open(await server.token());
    await again.choose('mfa bank', 'MFA Bank');
    await again.username.pressSequentially(' user_good');
    if (leave === 'button') await press('Back');
    if (leave === 'back()') expect(await page.evaluate(() => window.session.back())).toBe(true);
    if (leave !== 'refused' && leave !== 'Escape') await expect(again.search).toBeVisible();
    if (leave === 'refused') {
      await again.username.fill('user_good');
      await again.password.pressSequentially('wrong');
      await page.keyboard.press('Enter');
      await again.asksLoginAgain('MFA Bank', 'user_good');
      // Else the next one in this tab goes on here.
      await again.close.click();
      await expect(page.locator('iframe')).toHaveCount(0);
    }
    if (leave === 'Escape') {
      await page.keyboard.press('Escape');
      await expect.poll(async () => (await lines(page)).at(-1)).toBe('exit user_closed');
    }
  }
  const last = await shop.open(await server.token());
  await last.loginTo('MFA Bank', 'user_good', 'expire');
  await last.code.pressSequentially('12');
  await expect(last.title(/Time ran out/)).toBeVisible();
});

test('whatever is pressed while answers are under way, it goes on', async ({ shop, server, page }) => {
  test.setTimeout(120_000);
  let seed = 20_261_127;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const widget = await shop.open(await server.token());
  await expect(widget.results.first()).toBeVisible();
  await page.route('**/v1/**', (route) => late(route, random(700)));
  const frame = () => widgetFrame(page, server.origin);
  const click = (selector: string) => frame().evaluate((selector) => document.querySelector<HTMLElement>(selector)?.click(), selector);
  const steps = [
    () => frame().evaluate(() => document.querySelector<HTMLElement>('#search')?.focus()).then(() => page.keyboard.type('de')),
    () => click('[role=option]'),
    () => click('[role=option]:nth-child(3)'),
    () => click('[aria-label=Back]'),
    () => click('button.primary'),
    () => page.evaluate(() => void window.session.back()),
    () => page.evaluate(() => window.session.update({ theme: 'dark' })),
    () => page.context().setOffline(true).then(() => page.context().setOffline(false)),
  ];
  for (let step = 0; step < 120; step += 1) await steps[random(steps.length)]!();
  await page.unroute('**/v1/**');
  const again = await shop.open(await server.token());
  await again.loginToDemo('wealthica', 'wealthica');
  await again.finish('Demo');
});
