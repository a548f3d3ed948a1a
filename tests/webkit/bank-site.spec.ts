// Banks that log in at their own site, in Safari's engine: a page of another site shares nothing with the bank's window.
import { expect, test } from './support/test';

const BANK = 'OAuth Bank';

test('allowed in a window: it closes by itself and the bank is connected', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.choose('oauth bank', BANK, `Log in at ${BANK}`);
  const page = await shop.intoWindow(() => shop.press('button', /^Continue to/));
  await shop.logsInAtBank();
  await shop.press('button', 'Allow');
  await shop.backTo(page);
  await shop.intoWidget();
  await shop.finish(BANK);
  await shop.ends('success oauth-bank');
  expect(await shop.browser.windows()).toHaveLength(1);
});

test('a bank that cuts the tie to its window: the answer comes by the server', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.choose('isolated', `${BANK} (isolated)`, `Log in at ${BANK} (isolated)`);
  const page = await shop.intoWindow(() => shop.press('button', /^Continue to/));
  await shop.logsInAtBank();
  await shop.press('button', 'Allow');
  await shop.backTo(page);
  await shop.intoWidget();
  await shop.finish(`${BANK} (isolated)`);
  await shop.hears('success');
});

test('denied: words of its own', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.choose('oauth bank', BANK, `Log in at ${BANK}`);
  const page = await shop.intoWindow(() => shop.press('button', /^Continue to/));
  await shop.logsInAtBank();
  await shop.press('button', 'Deny');
  await shop.backTo(page);
  await shop.intoWidget();
  await shop.sees('heading', /Access wasn.t allowed/);
  await shop.press('button', 'Close');
  await shop.ends('exit denied_oauth');
});

test('closed by hand: said, and opened again', async ({ shop, server }) => {
  await shop.open(await server.token());
  await shop.choose('oauth bank', BANK, `Log in at ${BANK}`);
  const page = await shop.intoWindow(() => shop.press('button', /^Continue to/));
  await shop.sees('field', 'Username');
  await shop.browser.close();
  await shop.backTo(page);
  await shop.intoWidget();
  await shop.reads(/Still logging in at OAuth Bank/);
  await shop.sees('button', /window again/);
});

test('without windows, in a frame: the page goes to the bank, comes back and goes on', async ({ shop, server, host }) => {
  const token = await server.token();
  const options = { oauth: 'redirect', redirectUri: `${host}/back` };
  await shop.open(token, options);
  await shop.choose('oauth bank', BANK, `Log in at ${BANK}`);
  await shop.press('button', /^Continue to/);
  await shop.browser.frame(null);
  await shop.logsInAtBank();
  await shop.press('button', 'Allow');
  await shop.reads(/Shop/);
  await shop.pay(token, { ...options, resume: await shop.browser.run(() => location.href) });
  await shop.intoWidget();
  await shop.finish(BANK);
  await shop.hears('success');
});

test('without windows, alone: to the bank and back into the same step', async ({ shop, server }) => {
  await shop.browser.go(`${server.origin}/?oauth=redirect#token=${await server.token()}`);
  await shop.choose('oauth bank', BANK, `Log in at ${BANK}`);
  await shop.press('button', /^Continue to/);
  await shop.logsInAtBank();
  await shop.press('button', 'Allow');
  await shop.sees('heading', `${BANK} is connected`);
});
