// Pages made for other systems, in Safari's engine: the packages and iframes as their publishers have them.
import { Backend } from '../conformance/support/backend';
import { test } from './support/test';

const FLINKS = 'Flinks Capital';

for (const connectionType of ['POST', 'GET']) {
  test(`Wealthica's package, by ${connectionType}`, async ({ shop, server }) => {
    await shop.visit('/wealthica', { token: await new Backend(server).token(), call: 'connect', given: [{ connectionType }] });
    await shop.loginTo(FLINKS, 'greatday_nomfa', 'Everyday');
    // It closes by itself.
    await shop.hears('connection');
  });
}

test("MoneyKit's package", async ({ shop, server }) => {
  const backend = new Backend(server);
  const { link_session_token } = await backend.ask('POST', '/link-session', { customer_user: { id: backend.user } });
  await shop.visit('/moneykit', { token: link_session_token, call: 'link', options: {} });
  await shop.loginTo(FLINKS, 'greatday_nomfa', 'Everyday');
  await shop.press('button', /^Connect/);
  await shop.finish(FLINKS);
  await shop.hears('success');
});

test('the iframe of Flinks Connect', async ({ shop, server, host }) => {
  const query = { authorizeToken: await new Backend(server).token(), redirectUrl: `${host}/landing`, jsRedirect: 'true' };
  await shop.visit('/flinks', { query });
  await shop.loginTo(FLINKS, 'greatday_nomfa', 'Everyday');
  await shop.hears('REDIRECT');
});

test("Meld's iframe", async ({ shop, server }) => {
  const backend = new Backend(server);
  const asked = { externalCustomerId: backend.user, products: ['BALANCES', 'TRANSACTIONS'], regions: ['US', 'CA'] };
  const { widgetUrl } = await backend.ask('POST', '/bank-linking/connect/start', asked);
  await shop.visit('/iframe', { src: widgetUrl });
  await shop.loginTo(FLINKS, 'greatday_nomfa', 'Everyday');
  await shop.sees('heading', `${FLINKS} is connected`);
  await shop.hears('connect_complete');
});

test('the iframe of the Universal Connect Widget', async ({ shop, server, host }) => {
  const backend = new Backend(server);
  const { widgetUrl } = await backend.ask('POST', '/widgetUrl', { jobTypes: ['accountNumber', 'transactions'], userId: backend.user, targetOrigin: host });
  await shop.visit('/iframe', { src: widgetUrl });
  await shop.loginTo(FLINKS, 'greatday_nomfa', 'Everyday');
  await shop.sees('heading', `${FLINKS} is connected`);
  await shop.hears('connect/memberConnected');
});
