// The main ways through a shop's own widget, in Safari's engine.
import { freePort } from '../e2e/support/ports';
import { KEYS } from './support/person';
import { expect, test } from './support/test';

test('whoever types at once searches: nobody has to click first', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.find('combobox');
  await shop.types('demo');
  await shop.sees('option', 'Demo');
  expect(await shop.value('combobox')).toBe('demo');
});

test('a bank that was chosen before: a screen reader hears its title, and Tab leads to its fields', async ({ shop, server }) => {
  await shop.open(await server.token(), { institution: 'demo' });
  await shop.sees('heading', 'Log in to Demo');
  // The focus is refused to a frame of another site in which nobody has done anything yet.
  expect(await shop.browser.run(() => document.querySelector('[role=status]#spoken')!.textContent)).toBe('Log in to Demo');
  await shop.tabsTo('Username');
  await shop.types('wealthica');
  expect(await shop.value('field', 'Username')).toBe('wealthica');
});

test('two questions, and the page is as it was', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.loginTo('Demo', 'wealthica', 'anything');
  await shop.picks('JavaScript');
  await shop.answers(/gem/, 'ruby');
  await shop.finish('Demo');
  await shop.ends('success demo');
  expect(await shop.focused()).toBe('Pay by bank');
});

test('accents are not needed', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.fill('combobox', '', 'caisse depargne');
  await shop.sees('option', /Caisse d.Épargne/);
});

test('a wrong login keeps the name, and the password can be typed at once', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.loginTo('Demo', 'somebody', 'else');
  await shop.sees('alert', '');
  expect(await shop.value('field', 'Username')).toBe('somebody');
  expect(await shop.value('field', 'Password')).toBe('');
  await shop.types('wealthica');
  expect(await shop.value('field', 'Password')).toBe('wealthica');
});

const questions: [kind: string, answer: (shop: import('./support/shop').Shop) => Promise<void>][] = [
  ['text', (shop) => shop.answers(/barks/, 'dog')],
  ['code', (shop) => shop.answers(/42/, '1234')],
  ['choice', (shop) => shop.picks('Blue')],
  ['device', async (shop) => {
    await shop.picks(/Text message/);
    await shop.answers(/code/, '1234');
  }],
  ['image', (shop) => shop.answers(/./, '7k4p')],
  ['image_choice', (shop) => shop.picks(/apple/)],
  ['approve', (shop) => shop.sees('heading', /Confirm|connected/)],
];

for (const [kind, answer] of questions) {
  test(`a question of the kind ${kind}`, async ({ shop, server }) => {
    await shop.open(await server.token());
    await shop.loginTo('MFA Bank', 'user_good', kind);
    await answer(shop);
    await shop.finish('MFA Bank');
    await shop.ends('success mfa-bank');
  });
}

test('some of many accounts', async ({ shop, server }) => {
  await shop.open(await server.token({ account_selection: 'multiple' }));
  await shop.loginTo('Accounts Bank', 'user_good', 'many');
  await shop.press('checkbox', '');
  await shop.press('button', /^Connect/);
  await shop.finish('Accounts Bank');
  await shop.ends('success accounts-bank');
});

test('keys alone, from the list to Done', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.fill('combobox', '', 'demo');
  await shop.sees('option', 'Demo');
  await shop.types(KEYS.down + KEYS.enter);
  await shop.sees('heading', 'Log in to Demo');
  await shop.tabsTo('Username');
  await shop.types(`wealthica${KEYS.tab}wealthica${KEYS.enter}`);
  await shop.sees('heading', 'Demo is connected');
  await shop.tabsTo('Done');
  await shop.types(KEYS.enter);
  await shop.ends('success demo');
});

test('the X', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.press('button', 'Close');
  await shop.ends('exit user_closed');
});

test('Escape at once', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.find('combobox');
  await shop.types(KEYS.escape);
  await shop.ends('exit user_closed');
});

test('a reload at a question goes on there', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.loginTo('Demo', 'wealthica', 'anything');
  await shop.sees('radio', 'Ruby');
  await shop.reload();
  await shop.picks('Ruby');
  await shop.finish('Demo');
  await shop.ends('success demo');
});

test('inline in the page', async ({ shop, server, host }) => {
  await shop.browser.go(`${host}/slots`);
  await shop.pay(await server.token(), { container: '#slot' });
  // The driver clicks beside what is in a frame while the page around is scrolled.
  await shop.browser.run(() => scrollTo(0, 0));
  await shop.intoWidget('#slot iframe');
  await shop.loginTo('Demo', 'wealthica', 'wealthica');
  await shop.finish('Demo');
  await shop.hears('success');
});

test('in a window of its own', async ({ shop, server, host }) => {
  await shop.browser.go(host);
  const token = await server.token();
  const page = await shop.intoWindow(() => shop.pay(token, { mode: 'popup' }));
  await shop.loginTo('Demo', 'wealthica', 'wealthica');
  await shop.finish('Demo');
  await shop.backTo(page);
  await shop.hears('success');
});

test('a server that is down is told when the page has waited long enough: Safari tells nobody of it', async ({ shop, server, host }) => {
  await shop.browser.go(host);
  await shop.pay(await server.token(), { url: `http://127.0.0.1:${await freePort()}/`, loadTimeoutMs: 2_000 });
  await shop.ends('error widget_unreachable');
});

test('the program is fetched once', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.find('combobox');
  const fetched = await shop.browser.run(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname));
  expect(fetched.filter((path) => path.endsWith('_bg.wasm'))).toHaveLength(1);
});
