// Who does not see the screen, and who has no pointer.
import type { BrowserContext, Page } from '@playwright/test';
import { Clock } from './support/clock';
import type { ConnectServer } from './support/connect-server';
import type { Host } from './support/host-page';
import { Reader } from './support/reader';
import { expect, test } from './support/test';
import type { Widget } from './support/widget';
import { Words } from './support/words';

const say = (path: string, name?: string) => new Words('en').text(path, name);

interface Person {
  widget: Widget;
  reader: Reader;
}

/** Presses the page's button by the keyboard. */
async function open(page: Page, context: BrowserContext, shop: Host, server: ConnectServer, options: Record<string, unknown> = {}): Promise<Person> {
  const reader = await Reader.listen(context, shop.widget.frame);
  await shop.prepare(await server.token(options));
  await page.getByRole('button', { name: 'Pay by bank' }).focus();
  await page.keyboard.press('Enter');
  await expect(shop.widget.results.first()).toBeVisible();
  await expect(shop.widget.search).toBeFocused();
  return { widget: shop.widget, reader };
}

/** Goes to a field, a button or a choice as far as Tab leads there, and sees at each stop where it is. */
async function tabTo(page: Page, widget: Widget, name: string): Promise<void> {
  for (let stops = 0; stops < 12; stops++) {
    await page.keyboard.press('Tab');
    const stop = widget.frame.locator(':focus');
    await expect(stop).toHaveCount(1);
    expect(await stop.evaluate(isMarked)).toBe(true);
    const named = await stop.evaluate((element: HTMLInputElement) => (element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim());
    if (named === name) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

/** Whether it is drawn as what has the focus. Runs in the page. */
function isMarked(element: Element): boolean {
  const outlined = (part: Element) => getComputedStyle(part).outlineStyle !== 'none' && parseFloat(getComputedStyle(part).outlineWidth) >= 2;
  return outlined(element) || [...(element.parentElement?.closest('label, .box') ? [element.parentElement.closest('label, .box')!] : [])].some(outlined);
}

async function pick(page: Page, bank: string, typed = bank): Promise<void> {
  await page.keyboard.type(typed);
  await expect(page.frameLocator('dialog iframe').getByRole('option').first()).toContainText(bank);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

async function login(page: Page, widget: Widget, bank: string, username: string, password: string): Promise<void> {
  await expect(widget.title(say('later.login_title', bank))).toBeFocused();
  await tabTo(page, widget, 'Username');
  await page.keyboard.type(username);
  await tabTo(page, widget, 'Password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

/** What is heard until the list is there. */
const LISTED = [`status: ${say('first.loading')}`, `focus: ${say('first.search_label')}`];
const CONNECTING = [`status: ${say('later.step_login')}`, `focus: ${say('later.connecting_title', 'Demo')}`];
const FOUND = /^status: \d+ banks? found$/;
const ASKS = `focus: ${say('later.question_title', 'Demo')}`;

test('keys alone: from the page’s button and back to it, and each thing is heard once', async ({ page, context, shop, server }) => {
  const { widget, reader } = await open(page, context, shop, server);
  await pick(page, 'Demo', 'demo');
  await login(page, widget, 'Demo', 'somebody', 'else');
  await expect(widget.password).toBeFocused();
  await page.keyboard.type('anything');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('wealthica');
  await page.keyboard.press('Enter');
  await expect(widget.title(say('later.question_title', 'Demo'))).toBeFocused();
  await tabTo(page, widget, 'JavaScript');
  await page.keyboard.press('Space');
  await tabTo(page, widget, say('later.continue'));
  await page.keyboard.press('Enter');
  await expect(widget.frame.getByText(/gem/).first()).toBeVisible();
  await tabTo(page, widget, 'Which language is named after a gem?');
  await page.keyboard.type('ruby');
  await page.keyboard.press('Enter');
  await expect(widget.title(say('later.success_title', 'Demo'))).toBeFocused();
  // While somebody types, what is found until then may be said too.
  const counts = (line: string, at: number, all: string[]) => !(FOUND.test(line) && FOUND.test(all[at + 1] ?? ''));
  expect((await reader.spoken()).filter(counts)).toEqual([
    ...LISTED,
    ...['status: 1 bank found', `status: ${say('first.loading')}`, `focus: ${say('later.login_title', 'Demo')}`],
    ...['focus: Username', 'focus: Password', ...CONNECTING],
    ...[`alert: ${say('later.login_refused')}`, 'focus: Password', 'focus: Username', ...CONNECTING],
    ...[ASKS, 'focus: JavaScript', `focus: ${say('later.continue')}`, ...CONNECTING],
    ...[ASKS, 'focus: Which language is named after a gem?', ...CONNECTING],
    ...[`status: ${say('later.step_accounts')}`, `status: ${say('later.step_data')}`, `focus: ${say('later.success_title', 'Demo')}`],
  ]);
  await tabTo(page, widget, say('later.done'));
  await page.keyboard.press('Enter');
  await shop.hasEnded('success');
  await expect(page.getByRole('button', { name: 'Pay by bank' })).toBeFocused();
});

test('the list says how many banks are found, and that there is none, once each', async ({ page, context, shop, server }) => {
  const { widget, reader } = await open(page, context, shop, server);
  await page.keyboard.insertText('qqqq');
  await expect(widget.frame.getByRole('heading', { level: 2 })).toHaveText(say('first.nothing_found', 'qqqq'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('oauth bank');
  await expect.poll(async () => (await reader.spoken()).at(-1)).toMatch(FOUND);
  await expect(widget.row('OAuth Bank')).toBeVisible();
  const spoken = (await reader.spoken()).slice(LISTED.length);
  expect(spoken).toEqual([`status: ${say('first.nothing_found', 'qqqq')}`, expect.stringMatching(FOUND)]);
});

test('a code that is wrong, and one that is sent anew, are said once', async ({ page, context, shop, server }) => {
  const clock = await Clock.install(context, page);
  const { widget, reader } = await open(page, context, shop, server);
  await pick(page, 'MFA Bank', 'mfa');
  await login(page, widget, 'MFA Bank', 'user_good', 'code');
  await expect(widget.title(/42/)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(widget.code).toBeFocused();
  await page.keyboard.type('9999');
  await page.keyboard.press('Enter');
  await expect(widget.alert).toHaveText(/not right/);
  await clock.skip(30_000);
  await tabTo(page, widget, say('later.resend'));
  await page.keyboard.press('Enter');
  await expect(widget.frame.getByText(say('later.sent_anew', 'MFA Bank')).first()).toBeVisible();
  const title = `focus: ${say('later.code_sent_title', '•••42')}`;
  const connecting = CONNECTING.map((line) => line.replace('Demo', 'MFA Bank'));
  const spoken = await reader.spoken();
  expect(spoken.slice(spoken.indexOf(title))).toEqual([
    ...[title, 'focus: Enter the code that we sent you.', ...connecting],
    ...['alert: That was not right. Please try again.', 'focus: Enter the code that we sent you.', `focus: ${say('later.resend')}`],
    ...[`status: ${say('later.sent_anew', 'MFA Bank')}`, title],
  ]);
});
