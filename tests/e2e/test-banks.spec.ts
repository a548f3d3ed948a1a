// Every row of the table of test banks, through the widget, and what the host is told.
import { lines } from './support/host-page';
import { Clock } from './support/clock';
import { expect, test } from './support/test';
import { told } from './support/widget';

const START = [...told.opened, ...told.chosen, ...told.loggedIn];

test.describe('MFA Bank', () => {
  const BANK = 'MFA Bank';

  test('text: a question in the bank’s own words', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'text');
    await widget.answer(/barks/, 'dog');
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('text'), ...told.answered, ...told.connected, 'success');
  });

  test('code: wrong first, then as it is pasted, with a blank', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'code');
    await expect(widget.title(/42/)).toBeVisible();
    await expect(widget.code).toHaveAttribute('inputmode', 'numeric');
    await widget.code.fill('9999');
    await widget.button('Continue').click();
    await expect(widget.alert).toHaveText(/not right/);
    await widget.code.fill('12 34');
    await widget.button('Continue').click();
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('code'), ...told.answered, ...told.asked('code'), ...told.answered, ...told.connected, 'success');
  });

  test('code: sent anew after its wait', async ({ shop, server, page, context }) => {
    const clock = await Clock.install(context, page);
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'code');
    await expect(widget.code).toBeVisible();
    await expect(widget.button('Send a new code')).toBeHidden();
    await widget.code.fill('12');
    await clock.skip(30_000);
    await expect(widget.code).toHaveValue('12');
    await widget.button('Send a new code').click();
    await expect(widget.frame.getByText(/new code/).first()).toBeVisible();
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('code'), ...told.answered, ...told.connected, 'success');
  });

  test('choice: one of several', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'choice');
    await widget.pick('Blue');
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('choice'), ...told.answered, ...told.connected, 'success');
  });

  test('device: where the code goes, then the code', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'device');
    await widget.pick(/Text message/);
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('device'), ...told.answered, ...told.asked('code'), ...told.answered, ...told.connected, 'success');
  });

  test('image: the letters in a picture', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'image');
    const picture = widget.frame.getByRole('img').first();
    await expect(picture).toBeVisible();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await widget.frame.getByRole('textbox').fill('7k4p');
    await widget.button('Continue').click();
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('image'), ...told.answered, ...told.connected, 'success');
  });

  test('image_choice: one of several pictures', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'image_choice');
    await expect(widget.frame.getByRole('radio')).toHaveCount(4);
    await widget.pick(/apple/);
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('image_choice'), ...told.answered, ...told.connected, 'success');
  });

  test('approve: it waits for the bank’s own app, and goes on by itself', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'approve');
    await expect(widget.title(/Confirm/)).toBeVisible();
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.asked('approve'), 'screen_shown connecting', ...told.connected, 'success');
  });

  test('approve, cancelled: back to the login', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'approve');
    await expect(widget.title(/Confirm/)).toBeVisible();
    await widget.button('Cancel').click();
    await expect(widget.title(`Log in to ${BANK}`)).toBeVisible();
  });

  test('approve_denied: the login is asked for again', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'approve_denied');
    await expect(widget.title(/Confirm/)).toBeVisible();
    await widget.asksLoginAgain(BANK, 'user_good');
  });

  test('expire: said when the time is over, and one press logs in anew', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'expire');
    await expect(widget.code).toBeVisible();
    await expect(widget.frame.getByRole('timer')).toBeVisible();
    await expect.poll(() => lines(shop.page)).toContain('failed question_expired');
    await widget.button('Try again').click();
    await expect(widget.code).toBeVisible();
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.finish(BANK);
    await expect.poll(async () => (await lines(shop.page)).at(-1)).toBe('success');
  });

  test('chain: text, choice, code, pictures', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'chain');
    await widget.answer(/barks/, 'dog');
    await widget.pick('Blue');
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.pick(/apple/);
    await widget.finish(BANK);
    const asked = (['text', 'choice', 'code', 'image_choice'] as const).flatMap((kind) => [...told.asked(kind), ...told.answered]);
    await shop.wasTold(...START, ...asked, ...told.connected, 'success');
  });

  test('a wrong login is asked for again', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'somebody', 'code');
    await widget.asksLoginAgain(BANK, 'somebody');
    await shop.wasTold(...START, ...told.refused);
  });
});

test.describe('Accounts Bank', () => {
  const BANK = 'Accounts Bank';

  test('many, several: all that can be connected are chosen, the mortgage says why it is not', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token({ account_selection: 'multiple' }));
    await widget.loginTo(BANK, 'user_good', 'many');
    const boxes = widget.frame.getByRole('checkbox');
    await expect(boxes).toHaveCount(6);
    await expect(widget.frame.getByRole('checkbox', { checked: true })).toHaveCount(5);
    await expect(widget.frame.getByText(/Mortgages can.t be connected here/)).toBeVisible();
    for (let at = 0; at < 5; at += 1) await widget.frame.getByRole('checkbox', { checked: true }).first().uncheck();
    await widget.button('Connect').click();
    await expect(widget.alert).toHaveText(/at least one/);
    await boxes.first().check();
    await widget.button('Connect').click();
    await widget.finish(BANK);
    await shop.wasTold(...START, 'screen_shown accounts', 'accounts_selected', ...told.connected, 'success');
    const end = await shop.page.evaluate(() => window.session.result);
    expect(end).toMatchObject({ result: { accounts: [{ name: expect.any(String) }] } });
  });

  test('many, one: a single one is chosen', async ({ shop, server }) => {
    const widget = await shop.open(await server.token({ account_selection: 'single' }));
    await widget.loginTo(BANK, 'user_good', 'many');
    await widget.frame.getByRole('radio').nth(1).check();
    await widget.button('Connect').click();
    await widget.finish(BANK);
    await shop.wasTold(...START, 'screen_shown accounts', 'accounts_selected', ...told.connected, 'success');
  });

  test('one, and the page does not ask for a choice: connected', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo(BANK, 'user_good', 'one');
    await widget.finish(BANK);
    await shop.wasTold(...START, ...told.connected, 'success');
  });

  for (const [password, says] of [['none', /no account/i], ['mortgage', /Mortgages can.t be connected here/]] as const) {
    test(`${password}: none can be connected, with two ways on`, async ({ shop, server }) => {
      const widget = await shop.open(await server.token());
      await widget.loginTo(BANK, 'user_good', password);
      await expect(widget.title(/No account/)).toBeVisible();
      await expect(widget.frame.getByText(says).first()).toBeVisible();
      await expect(widget.button('Log in again')).toBeVisible();
      await widget.button('another bank').click();
      await widget.loginToDemo('wealthica', 'wealthica');
      await widget.finish('Demo');
      await shop.wasTold(
        ...START, ...told.failed('no_accounts'), 'screen_shown search', ...told.chosen, ...told.loggedIn, ...told.connected, 'success',
      );
    });
  }
});

test('Locked Bank: unlock it there, then try again', { tag: '@every' }, async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginTo('Locked Bank', 'anybody', 'x');
  await expect(widget.title(/has locked your online access/)).toBeVisible();
  await widget.close.click();
  await shop.wasTold(...START, ...told.failed('account_locked'), 'error account_locked');
});

test.describe('Maintenance Bank', () => {
  test('told before the login; the other way to the same bank works', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('maintenance', 'Maintenance Bank', /Maintenance Bank/);
    await expect(widget.frame.getByText('Maintenance until tomorrow morning.')).toBeVisible();
    await widget.button(/another way/).click();
    await expect(widget.title('Log in to Maintenance Bank (direct)')).toBeVisible();
    await widget.login('user_good', 'x');
    await widget.finish('Maintenance Bank (direct)');
    await shop.wasTold(
      ...told.opened, 'institution_selected', 'screen_shown warning', ...told.chosen, ...told.loggedIn, ...told.connected, 'success',
    );
  });

  test('told before the login; another bank', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('maintenance', 'Maintenance Bank', /Maintenance Bank/);
    await widget.button('another bank').click();
    await widget.loginToDemo('wealthica', 'wealthica');
    await widget.finish('Demo');
  });
});

test('Slow Bank: told before the login, real steps while it takes its time', async ({ shop, server, context, page }) => {
  const clock = await Clock.install(context, page);
  const widget = await shop.open(await server.token());
  await widget.choose('slow bank', 'Slow Bank', /Slow Bank/);
  await expect(widget.frame.getByText('Answers may take a minute.')).toBeVisible();
  await widget.button('Continue').click();
  await widget.login('user_good', 'wait-transactions-6000');
  const step = widget.frame.getByRole('listitem');
  await expect(step.filter({ hasText: 'Getting your data' })).toHaveAttribute('aria-current', 'step');
  await expect(widget.frame.getByText(/This is normal/)).toBeHidden();
  await clock.skip(20_000);
  await expect(widget.frame.getByText(/This is normal/)).toBeVisible();
  await expect(widget.title('Slow Bank is connected')).toBeVisible();
  await widget.done.click();
  await shop.wasTold(
    ...told.opened, 'institution_selected', 'screen_shown warning', 'screen_shown credentials', ...told.loggedIn, ...told.connected, 'success',
  );
});

test('Retry Bank: it goes on by itself within the hour, the user may leave', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginTo('Retry Bank', 'anybody', 'x');
  await expect(widget.title(/needs more time/)).toBeVisible();
  await widget.button(/^Back to/).click();
  await shop.wasTold(...START, ...told.failed('delayed'), 'error delayed');
});

test.describe('Fields Bank', () => {
  test('every kind of field, filled in and sent', { tag: '@every' }, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('fields bank', 'Fields Bank');
    await widget.username.fill('ada');
    await widget.password.fill('secret');
    await widget.frame.getByLabel('Email address').fill('ada@example.com');
    await widget.frame.getByLabel('Card number').fill('012345');
    await widget.frame.getByLabel('Branch').selectOption('Online only');
    await widget.frame.getByLabel(/I accept/).check();
    await widget.button('Log in').click();
    await widget.finish('Fields Bank');
    await shop.wasTold(...START, ...told.connected, 'success');
  });

  test('the links of a forgotten login are the bank’s own, in a window of their own', async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('fields bank', 'Fields Bank');
    const link = widget.frame.getByRole('link', { name: /Forgot your password/ });
    await expect(link).toHaveAttribute('href', /^https:\/\/fields-bank\.example/);
    await expect(link).toHaveAttribute('target', '_blank');
    await expect(link).toHaveAttribute('rel', /noopener/);
  });

  test('hints: blanks around the name, and caps lock', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.choose('fields bank', 'Fields Bank');
    await widget.username.fill(' ada');
    await widget.username.blur();
    await expect(widget.frame.getByText(/space/i).first()).toBeVisible();
    await widget.username.fill('ada');
    await widget.username.blur();
    await expect(widget.frame.getByText(/space/i)).toHaveCount(0);
    await widget.password.focus();
    await page.frames().at(-1)!.evaluate(() => {
      const key = new KeyboardEvent('keydown', { key: 'A', bubbles: true, modifierCapsLock: true });
      document.activeElement!.dispatchEvent(key);
    });
    await expect(widget.frame.getByText(/caps lock/i)).toBeVisible();
  });
});

for (const [name, code] of [
  ['LoginFailedError', 'invalid_credentials'],
  ['UserActionRequiredError', 'user_action_required'],
  ['TemporaryFailureError', 'temporary_failure'],
  ['AccountLockedError', 'account_locked'],
  ['NoAccountsError', 'no_accounts'],
  ['InstitutionUnavailableError', 'institution_unavailable'],
  ['ConsentDeniedError', 'consent_denied'],
  ['ConsentExpiredError', 'consent_expired'],
  ['SessionExpiredError', 'provider_error'],
  ['DuplicateConnectionError', 'duplicate_connection'],
  ['PurpleMonkeyError', 'provider_error'],
] as const) {
  test(`user_good/error_${name}: its own words and a way on`, async ({ shop, server }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo('MFA Bank', 'user_good', `error_${name}`);
    await expect.poll(() => lines(shop.page)).toContain(`failed ${code}`);
    if (code === 'invalid_credentials') {
      await widget.asksLoginAgain('MFA Bank', 'user_good');
    } else {
      await expect(widget.frame.getByRole('heading', { level: 1 })).not.toHaveText('');
      await widget.button(/another bank/).click();
      await widget.choose('mfa bank', 'MFA Bank');
    }
    await widget.login('user_good', 'text');
    await widget.answer(/barks/, 'dog');
    await widget.finish('MFA Bank');
    await expect.poll(async () => (await lines(shop.page)).filter((line) => /^(success|error|exit)/.test(line))).toEqual(['success']);
  });
}

test('user_good/error_SecurityQuestionError: asked, although nothing is said of how', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.loginTo('MFA Bank', 'user_good', 'error_SecurityQuestionError');
  await expect.poll(() => lines(shop.page)).toContain('question_asked text');
  await expect(widget.frame.getByRole('textbox')).toBeVisible();
});
