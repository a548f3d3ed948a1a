// What a backend may say beside the usual: a consent that has ended, a place to go to first, a token that is to be had
// elsewhere, and what could not be read although the bank is connected.
import type { Page } from '@playwright/test';
import { lines } from './support/host-page';
import { expect, test } from './support/test';
import { told } from './support/widget';

const BANK = 'MFA Bank';
const START = [...told.opened, ...told.chosen, ...told.loggedIn];

// A poll may still be on its way when its test is over.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

test('an access that has ended is renewed by the login of the same connection', async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await widget.loginTo(BANK, 'user_good', 'error_ConsentExpiredError');
  await expect(widget.title(`Access to ${BANK} has ended`)).toBeVisible();
  const sent = page.waitForRequest((request) => request.method() === 'PUT');
  await widget.button('Renew access').click();
  await expect(widget.username).toHaveValue('user_good');
  await widget.login('user_good', 'text');
  expect((await sent).url()).toContain('/v1/institutions/');
  await widget.answer(/barks/, 'dog');
  await widget.finish(BANK);
  await shop.wasTold(...START, ...told.failed('consent_expired'), 'screen_shown credentials', ...told.loggedIn, ...told.asked('text'), ...told.answered, ...told.connected, 'success');
});

test('whoever does not renew it leaves with its code', async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await widget.loginTo(BANK, 'user_good', 'error_ConsentExpiredError');
  await expect(widget.button('Renew access')).toBeVisible();
  await widget.close.click();
  await expect.poll(() => lines(page)).toContain('error consent_expired');
});

test('where something must be done first there is a link to it, and then one tries again', async ({ shop, server, page }) => {
  await changed(page, '**/poll?*', (institution) => {
    if (institution.sync_error) institution.sync_error.url = 'https://bank.example/terms';
  });
  const widget = await shop.open(await server.token());
  await widget.loginTo(BANK, 'user_good', 'error_UserActionRequiredError');
  const link = widget.frame.getByRole('link', { name: `Go to ${BANK}’s website` });
  await expect(link).toHaveAttribute('href', 'https://bank.example/terms');
  await expect(link).toHaveAttribute('target', '_blank');
  await expect(link).toHaveAttribute('rel', /noopener/);
  const again = page.waitForRequest('**/sync');
  await widget.button('Try again').click();
  await again;
});

test('an address that is not encrypted is no link', async ({ shop, server, page }) => {
  await changed(page, '**/poll?*', (institution) => {
    if (institution.sync_error) institution.sync_error.url = 'javascript:alert(1)';
  });
  const widget = await shop.open(await server.token());
  await widget.loginTo(BANK, 'user_good', 'error_UserActionRequiredError');
  await expect(widget.button('Try again')).toBeVisible();
  await expect(widget.frame.getByRole('link')).toHaveCount(0);
});

test('a login says where its token is to be had, and takes it as it was pasted', async ({ shop, server, page }) => {
  await changed(page, '**/v1/providers/demo*', (provider) => {
    provider.fields = [{ name: 'password', label: 'Token', kind: 'password', required: true }];
    provider.setup = { url: 'https://token.example/create', label: 'Get a token', steps: ['Make a token there.', 'Copy it.'] };
  });
  const widget = await shop.open(await server.token());
  await widget.chooseDemo();
  const link = widget.frame.getByRole('link', { name: 'Get a token' });
  await expect(link).toHaveAttribute('href', 'https://token.example/create');
  await expect(link).toHaveAttribute('target', '_blank');
  await expect(widget.frame.getByRole('listitem')).toHaveText(['Make a token there.', 'Copy it.']);
  const token = widget.frame.getByLabel('Token', { exact: true });
  await expect(token).toHaveAttribute('type', 'password');
  await token.fill('  token-7 ');
  // The real bank has another form: what is sent is looked at, and not answered.
  await page.route('**/v1/institutions', () => {});
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/institutions'));
  await widget.button('Log in').click();
  expect((await sent).postDataJSON().credentials).toEqual({ password: 'token-7' });
});

test('a success says what could not be read, and is told as one', async ({ shop, server, page }) => {
  const warnings = [{ account_ids: [], message: 'Harbour Bank could not be read.' }];
  await changed(page, '**/poll?*', (institution) => {
    institution.warnings = warnings;
  });
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'wealthica');
  await expect(widget.frame.getByText('Harbour Bank could not be read.')).toBeVisible();
  await widget.finish('Demo');
  await shop.wasTold(...START, ...told.connected, 'success');
  const success = await page.evaluate(() => window.heard.find(([kind]) => kind === 'success'));
  expect(success?.[1].warnings).toEqual(warnings);
});

/** Answers of the server at these addresses, changed on their way. */
async function changed(page: Page, address: string, change: (body: any) => void): Promise<void> {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    if (response.status() !== 200 || text === '') return route.fulfill({ response });
    const body = JSON.parse(text);
    if (typeof body === 'object' && body) change(body);
    return route.fulfill({ response, json: body });
  });
}
