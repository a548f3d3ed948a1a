// Too many tries, or a server that is busy: said with the time that is left, nothing is sent before, and it goes on by itself.
import type { BrowserContext } from '@playwright/test';
import { Clock } from './support/clock';
import { Faults } from './support/faults';
import { lines } from './support/host-page';
import { expect, test } from './support/test';
import { told } from './support/widget';

test.use({ expectedNoise: [/status of (429|503)/] });

const FOUR_MINUTES = 240;

/** The fault layer asks for one second; here it is four minutes. */
const asksForFourMinutes = (context: BrowserContext) =>
  context.route('**/v1/**', async (route) => {
    const response = await route.fetch();
    const waits = 'retry-after' in response.headers();
    await route.fulfill({ response, headers: waits ? { ...response.headers(), 'retry-after': `${FOUR_MINUTES}` } : response.headers() });
  });

for (const [fault, words] of [
  ['rate_limited', 'Too many tries in a short time. You can try again in 4 minutes.'],
  ['unavailable', 'We’re very busy right now. You can try again in 4 minutes.'],
] as const) {
  test(`a login × ${fault}: until when, and by itself again`, async ({ shop, server, page, context }) => {
    const user = `hold-${fault}`;
    const faults = new Faults(server.origin, user);
    const clock = await Clock.install(context, page);
    await asksForFourMinutes(context);
    const widget = await shop.open(await server.token({ user_id: user }));
    await widget.chooseDemo();
    await faults.arm({ method: 'POST', path: '/v1/institutions', fault, times: 1 });
    await widget.login('wealthica', 'wealthica');
    await expect(widget.alert).toHaveText(words);
    await expect(widget.button('Log in')).toBeDisabled();
    await expect(widget.username).toHaveValue('wealthica');
    await widget.password.fill('wealthica');
    await widget.password.press('Enter');
    await clock.skip(FOUR_MINUTES * 1_000);
    await expect(widget.alert).toHaveText('You can try again now.');
    await expect(widget.password, 'what was typed meanwhile is there').toHaveValue('wealthica');
    await expect(widget.button('Log in')).toBeEnabled();
    expect(await faults.struck(), 'Enter has sent nothing').toBe(1);
    await widget.button('Log in').click();
    await widget.finish('Demo');
    const again = ['screen_shown credentials', ...told.loggedIn];
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...again, ...told.connected, 'success');
  });
}

test('an answer, and a new code: until when, and by itself again', async ({ shop, server, page, context }) => {
  const faults = new Faults(server.origin, 'hold-code');
  const clock = await Clock.install(context, page);
  await asksForFourMinutes(context);
  const widget = await shop.open(await server.token({ user_id: 'hold-code' }));
  await widget.choose('mfa bank', 'MFA Bank');
  await widget.login('user_good', 'code');
  await expect(widget.code).toBeVisible();
  await clock.skip(30_000);
  await faults.arm({ method: 'PUT', path: '/v1/institutions/*', fault: 'rate_limited', times: 2 });
  await widget.button('Send a new code').click();
  await expect(widget.alert).toHaveText('Too many tries in a short time. You can ask for a new code in 4 minutes.');
  await expect(widget.button('Continue')).toBeEnabled();
  await widget.code.fill('12 34');
  await widget.button('Continue').click();
  await expect(widget.alert).toHaveText('Too many tries in a short time. You can try again in 4 minutes.');
  await expect(widget.button('Continue')).toBeDisabled();
  await clock.skip(FOUR_MINUTES * 1_000);
  await widget.code.fill('12 34');
  await widget.button('Continue').click();
  await widget.finish('MFA Bank');
  expect((await lines(page)).at(-1)).toBe('success');
});

test('the list, by itself: it waits, and says until when', async ({ shop, server, page, context }) => {
  const faults = new Faults(server.origin, 'hold-list');
  const clock = await Clock.install(context, page);
  await asksForFourMinutes(context);
  const widget = await shop.open(await server.token({ user_id: 'hold-list' }));
  await expect(widget.results.first()).toBeVisible();
  await faults.arm({ method: 'GET', path: '/v1/providers', fault: 'rate_limited', times: 1 });
  await widget.search.fill('caisse');
  await expect(widget.alert).toHaveText('Too many tries in a short time. Trying again in 4 minutes…');
  await expect(widget.button('Try now')).toHaveCount(0);
  await clock.skip(FOUR_MINUTES * 1_000);
  await expect(widget.alert).toHaveCount(0);
  await expect(widget.results.first()).toContainText(/caisse/i);
});
