// The main ways in every language, by roles and names alone; their names make the table at the end of `cargo xtask test`.
import type { BrowserContext } from '@playwright/test';
import { BankSite } from './support/bank-site';
import { test } from './support/test';
import { Speaker } from './support/speaker';
import { LANGUAGES, someLanguages } from './support/words';

const inFirefox = someLanguages();

for (const language of LANGUAGES) {
  const tag = inFirefox.includes(language) ? '@every' : [];

  test(`${language}: main way`, { tag }, async ({ shop, server }) => {
    await shop.open(await server.token(), { lang: language });
    const person = new Speaker(shop.widget.frame, language);
    await person.choose('demo', 'Demo');
    await person.login('somebody', 'else');
    await person.isRefused();
    await person.login('wealthica', 'anything');
    await person.picks('javascript');
    await person.answers('ruby');
    await person.finishes('Demo');
    await shop.hasEnded('success');
  });

  test(`${language}: OAuth`, { tag }, async ({ shop, server, context }) => {
    await shop.open(await server.token(), { lang: language });
    const person = new Speaker(shop.widget.frame, language);
    const bank = await toBank(person, context);
    await bank.allow();
    await person.finishes('OAuth Bank');
    await shop.hasEnded('success');
  });

  test(`${language}: every question`, { tag }, async ({ shop, server }) => {
    const person = new Speaker(shop.widget.frame, language);
    const questions: [kind: string, answer: () => Promise<void>][] = [
      ['text', () => person.answers('dog')],
      ['code', () => person.entersCode('1234')],
      ['choice', () => person.picks('blue')],
      ['device', async () => {
        await person.sees('later.device_title');
        await person.picks('sms');
        await person.entersCode('1234');
      }],
      ['image', () => person.answers('7k4p')],
      ['image_choice', () => person.picks('apple')],
      ['approve', () => person.sees('later.approve_title', BANK)],
    ];
    const token = await server.token();
    for (const [kind, answer] of questions) {
      await shop.open(token, { lang: language });
      await person.choose('mfa', BANK);
      await person.login('user_good', kind);
      await answer();
      await person.finishes(BANK);
      await shop.hasEnded('success');
    }
  });
}

const BANK = 'MFA Bank';

async function toBank(person: Speaker, context: BrowserContext): Promise<BankSite> {
  const bank = 'OAuth Bank';
  await person.choose('oauth bank', bank, 'later.oauth_title');
  return BankSite.openedBy(context, () => person.presses('later.oauth_button', bank));
}
