// The bank "Demo": every row of the table in Wealthica's document, through the widget, and what the host is told.
import { expect, test } from './support/test';
import { told } from './support/widget';

test('wealthica/wealthica: connected without questions', { tag: '@every' }, async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'wealthica');
  await widget.finish('Demo');
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
});

test('wealthica/anything: javascript, then ruby', { tag: '@every' }, async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'anything');
  await widget.pick('JavaScript');
  await widget.answer(/gem/, 'ruby');
  await widget.finish('Demo');
  await shop.wasTold(
    ...told.opened, ...told.chosen, ...told.loggedIn, ...told.asked('choice'), ...told.answered,
    ...told.asked('text'), ...told.answered, ...told.connected, 'success',
  );
});

test('ruby at once: connected', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'anything');
  await widget.pick('Ruby');
  await widget.finish('Demo');
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.asked('choice'), ...told.answered, ...told.connected, 'success');
});

test('UserActionRequiredError as an answer', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'anything');
  await widget.pick('UserActionRequiredError');
  await expect(widget.title(/needs you to do something/)).toBeVisible();
  await widget.close.click();
  await shop.wasTold(
    ...told.opened, ...told.chosen, ...told.loggedIn, ...told.asked('choice'), ...told.answered,
    ...told.failed('user_action_required'), 'error user_action_required',
  );
});

test('a wrong answer: the login is asked for again, and works', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'anything');
  await widget.pick('PHP');
  await widget.asksLoginAgain('Demo', 'wealthica');
  await widget.password.fill('wealthica');
  await widget.button('Log in').click();
  await widget.finish('Demo');
  await shop.wasTold(
    ...told.opened, ...told.chosen, ...told.loggedIn, ...told.asked('choice'), ...told.answered,
    ...told.refused, ...told.loggedIn, ...told.connected, 'success',
  );
});

test('a wrong login: asked for again with the name kept, and works', { tag: '@every' }, async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('somebody', 'else');
  await widget.asksLoginAgain('Demo', 'somebody');
  await widget.login('wealthica', 'wealthica');
  await widget.finish('Demo');
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.refused, ...told.loggedIn, ...told.connected, 'success');
});

for (const [username, password, says, code] of [
  ['UserActionRequiredError', 'x', /needs you to do something/, 'user_action_required'],
  ['TemporaryFailureError', 'x', /can.t reach .+ right now/, 'temporary_failure'],
  ['wealthica', 'error', /Something went wrong at/, 'provider_error'],
  ['wealthica', 'crash', /needs more time/, 'delayed'],
] as const) {
  test(`${username}/${password}: words of its own, and two ways on`, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo(username, password);
    await expect(widget.title(says)).toBeVisible();
    await expect(widget.frame.locator('main, body').first()).not.toContainText(/oops|undefined|null|\{\}/i);
    const other = widget.button(/another bank/);
    await expect(other).toBeVisible();
    await expect(widget.button(/Try again|Back to|Close/).last()).toBeVisible();
    await other.click();
    await expect(widget.search).toBeVisible();
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
    await shop.wasTold(
      ...told.opened, ...told.chosen, ...told.loggedIn, ...told.failed(code),
      'screen_shown search', ...told.chosen, ...told.loggedIn, ...told.connected, 'success',
    );
  });

  test(`${username}/${password}: closed there, the host is told the error`, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo(username, password);
    await expect(widget.title(says)).toBeVisible();
    await widget.close.click();
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.failed(code), `error ${code}`);
  });
}

test('wait-login-10000: it shows that it works, and Cancel leads back to the login', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'wait-login-10000');
  await expect(widget.title('Connecting to Demo')).toBeVisible();
  await expect(widget.frame.getByRole('listitem').filter({ hasText: 'Logging in' })).toBeVisible();
  await widget.button('Cancel').click();
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await expect(widget.password).toHaveValue('');
  await widget.close.click();
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, 'screen_shown credentials', 'exit user_closed');
});

test('wait-login-10000: X leaves', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'wait-login-10000');
  await expect(widget.title('Connecting to Demo')).toBeVisible();
  await widget.close.click();
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, 'exit user_closed');
});

for (const step of ['login', '2fa', 'investments', 'positions', 'transactions', 'documents']) {
  test(`wait-${step}-600: connected after the wait`, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginToDemo('wealthica', `wait-${step}-600`);
    await widget.finish('Demo');
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  });
}

test('closed on the success screen it is still a success', async ({ shop, server }) => {
  const widget = await shop.open(await server.token(), { state: 'order 7' });
  await widget.loginToDemo('wealthica', 'wealthica');
  await expect(widget.title('Demo is connected')).toBeVisible();
  await widget.close.click();
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
  const end = await shop.page.evaluate(() => window.session.result);
  expect(end).toMatchObject({ type: 'success', result: { provider: 'demo', provider_name: 'Demo', state: 'order 7', accounts: expect.any(Array) } });
});
