// The main ways in Safari's engine, in more than one language; their names make the table at the end of `cargo xtask test`.
import { someLanguages, Words } from '../e2e/support/words';
import type { Shop } from './support/shop';
import { expect, test } from './support/test';

const BANK = 'MFA Bank';

for (const language of someLanguages()) {
  const words = new Words(language);
  const say = (path: string, name?: string) => words.text(path, name);

  const choose = async (shop: Shop, typed: string, bank: string, title = 'later.login_title') => {
    await shop.sees('heading', say('first.search_title'));
    await shop.fill('combobox', '', typed);
    await shop.press('option', bank);
    await shop.sees('heading', say(title, bank));
  };
  const login = async (shop: Shop, username: string, password: string) => {
    await shop.tabsTo(await shop.label(0));
    await shop.types(username);
    await shop.tabsTo(await shop.label(1));
    await shop.types(password);
    await shop.press('button', say('later.login_button'));
  };
  const picks = async (shop: Shop, value: string) => {
    await shop.pressValue(value);
    await shop.press('button', say('later.continue'));
  };
  const answers = async (shop: Shop, answer: string) => {
    await shop.fill('field', '', answer);
    await shop.press('button', say('later.continue'));
  };
  const finish = async (shop: Shop, bank: string) => {
    await shop.sees('heading', say('later.success_title', bank));
    await shop.press('button', say('later.done'));
  };

  test(`${language}: main way`, async ({ shop, server }) => {
    await shop.open(await server.token(), { lang: language });
    await choose(shop, 'demo', 'Demo');
    await login(shop, 'wealthica', 'anything');
    await picks(shop, 'javascript');
    await answers(shop, 'ruby');
    await finish(shop, 'Demo');
    await shop.ends('success demo');
  });

  test(`${language}: OAuth`, async ({ shop, server }) => {
    const bank = 'OAuth Bank';
    await shop.open(await server.token(), { lang: language });
    await choose(shop, 'oauth bank', bank, 'later.oauth_title');
    const page = await shop.intoWindow(() => shop.press('button', say('later.oauth_button', bank)));
    await shop.logsInAtBank();
    await shop.press('button', 'Allow');
    await shop.backTo(page);
    await shop.intoWidget();
    await finish(shop, bank);
    await shop.ends('success oauth-bank');
  });

  test(`${language}: every question`, async ({ shop, server }) => {
    const token = await server.token();
    const questions: [kind: string, answer: () => Promise<void>][] = [
      ['text', () => answers(shop, 'dog')],
      ['code', () => answers(shop, '1234')],
      ['choice', () => picks(shop, 'blue')],
      ['device', async () => {
        await shop.sees('heading', say('later.device_title'));
        await picks(shop, 'sms');
        await answers(shop, '1234');
      }],
      ['image', () => answers(shop, '7k4p')],
      ['image_choice', () => picks(shop, 'apple')],
      ['approve', () => shop.sees('heading', say('later.approve_title', BANK))],
    ];
    for (const [kind, answer] of questions) {
      await shop.open(token, { lang: language });
      await choose(shop, 'mfa', BANK);
      await login(shop, 'user_good', kind);
      // What asks has a title of its own, the same for no two of them in a row.
      await shop.leaves(say('later.connecting_title', BANK), say('later.login_title', BANK));
      await answer();
      await finish(shop, BANK);
      await shop.ends('success mfa-bank');
    }
  });
}

test('the words of a language are the page’s', async ({ shop, server }) => {
  const language = someLanguages().at(-1)!;
  await shop.open(await server.token(), { lang: language });
  await shop.sees('heading', new Words(language).text('first.search_title'));
  expect(await shop.browser.run(() => document.documentElement.lang)).toBe(language);
});
