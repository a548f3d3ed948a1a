// Other programs in the widget's page: browsers that refuse the focus, translators, password managers.
import type { Frame, Page } from '@playwright/test';
import { expect, test } from './support/test';
import { translate } from './support/translator';
import type { Widget } from './support/widget';

const widgetFrame = (page: Page, origin: string): Frame => page.frames().find((frame) => frame.url().startsWith(origin))!;

test.describe('a browser that gives no focus to a frame in which nobody has done anything yet', () => {
  test.beforeEach(({ context, server }) =>
    context.addInitScript((origin) => {
      if (location.origin !== origin) return;
      const { focus } = HTMLElement.prototype;
      let touched = false;
      for (const name of ['keydown', 'pointerdown']) addEventListener(name, () => (touched = true), true);
      HTMLElement.prototype.focus = function (options) {
        if (touched) focus.call(this, options);
      };
    }, server.origin),
  );

  test('what is typed at once is in the search field, and the title is said', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await expect(widget.results.first()).toBeVisible();
    await expect(widget.search).not.toBeFocused();
    await expect(widget.frame.getByRole('status').filter({ hasText: 'Connect your bank' })).toHaveCount(1);
    for (const key of ['Shift', 'd', 'e', 'm']) await page.keyboard.press(key);
    await expect(widget.search).toHaveValue('dem');
    await expect(widget.results.first()).toContainText('Demo');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(widget.title('Log in to Demo')).toBeFocused();
    await expect(widget.frame.getByRole('status').filter({ hasText: 'Log in to Demo' }), 'the focus says it').toHaveCount(0);
  });

  test('Tab and Escape go where they always go', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await expect(widget.results.first()).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(widget.close).toBeFocused();
    await page.keyboard.press('Escape');
    await shop.wasTold('opened', 'screen_shown search', 'exit user_closed');
  });

  test('a bank that is chosen beforehand: its title is said, and takes the focus with the first key', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token(), { institution: 'demo' });
    await expect(widget.frame.getByRole('status').filter({ hasText: 'Log in to Demo' })).toHaveCount(1);
    await page.keyboard.press('ArrowDown');
    await expect(widget.title('Log in to Demo')).toBeFocused();
  });
});

test.describe('a page that is translated', () => {
  /** Labels are translated too. */
  const login = async (widget: Widget, username: string, password: string) => {
    await widget.frame.locator('[name=username]').fill(username);
    await widget.frame.locator('[type=password]').fill(password);
    await widget.button(/Log in/).click();
  };

  test('each step has its own words and no others', async ({ shop, server, page }) => {
    await translate(page, server.origin);
    const widget = await shop.open(await server.token());
    const status = widget.frame.locator('.search [role=status]');
    await expect(widget.results.first()).toContainText('«');
    for (const typed of ['d', 'de', 'demo']) {
      await widget.search.fill(typed);
      await expect(widget.results.first()).toContainText(/«/);
    }
    await expect(widget.results).toHaveCount(1);
    await expect(widget.results.first().locator('.name')).toHaveText('«Demo»');
    await expect(status).toHaveText(/^«?1 bank found»?$/);
    await widget.search.fill('mfa');
    await expect(widget.results.first().locator('.name')).toHaveText(/^«?MFA»?«? Bank»?$/);
    await widget.results.first().click();
    await expect(widget.title(/Log in to MFA Bank/)).toHaveText('«Log in to MFA Bank»');
    await login(widget, 'user_good', 'wrong');
    await expect(widget.alert.first()).toContainText('«');
    await login(widget, 'user_good', 'chain');
    for (const [question, answer] of [[/barks/, 'dog'], [/colour/i, 'Blue'], [/code/i, '1234'], [/red apple/, /A red apple/]] as const) {
      await expect(widget.frame.getByText(question).first()).toBeVisible();
      const radio = widget.frame.getByRole('radio');
      if ((await radio.count()) > 0) await widget.frame.getByRole('radio', { name: answer }).check();
      else await widget.frame.getByRole('textbox').fill(answer as string);
      await widget.button(/Continue/).click();
    }
    await expect(widget.title(/is connected/)).toHaveText('«MFA Bank is connected»');
    expect(await widget.frame.locator('main').innerText()).not.toMatch(/Connecting|Log in|code/);
    await widget.button(/Done/).click();
    await expect.poll(async () => (await page.evaluate(() => window.heard)).map(([kind]) => kind)).toContain('success');
  });

  test('words that change by themselves do so: a countdown, a button, the accounts', async ({ shop, server, page, context }) => {
    await translate(page, server.origin);
    const widget = await shop.open(await server.token({ account_selection: 'multiple' }));
    await widget.search.fill('mfa');
    await widget.results.filter({ hasText: /MFA/ }).first().click();
    await login(widget, 'user_good', 'expire');
    const timer = widget.frame.getByRole('timer');
    const shown = new Set<string>();
    await expect.poll(async () => shown.add(await timer.innerText({ timeout: 500 }).catch(() => '')).size, { intervals: [100] }).toBeGreaterThan(2);
    expect([...shown].filter((text) => /\d.*\d:\d\d.*\d:\d\d/.test(text)), 'one time at a time').toEqual([]);
    await expect(widget.title(/Time ran out/)).toBeVisible();
    await widget.button(/another bank/).click();
    await widget.search.fill('accounts');
    await widget.results.filter({ hasText: /Accounts/ }).first().click();
    await login(widget, 'user_good', 'many');
    await expect(widget.title(/accounts/)).toHaveText('«Choose your accounts»');
    await widget.button(/Connect/).click();
    await expect(widget.title(/is connected/)).toHaveText('«Accounts Bank is connected»');
  });

  test('what is no language is marked so, and with only one language the page is not offered for translation', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token({ account_selection: 'multiple' }));
    await expect(widget.frame.locator('html')).toHaveAttribute('translate', 'no');
    await widget.search.fill('demo');
    await expect(widget.results.first().locator('.name > *')).toHaveAttribute('translate', 'no');
    await widget.loginTo('Accounts Bank', 'user_good', 'many');
    await expect(widget.title(/accounts/)).toBeVisible();
    const amount = widget.frame.getByText(/\$[\d,]+\.\d\d/).first();
    await expect(amount).toHaveAttribute('translate', 'no');
  });
});

test('elements that a password manager puts between ours change nothing', async ({ shop, server, page, context }) => {
  await context.addInitScript((origin) => {
    if (location.origin !== origin) return;
    const icon = () => {
      const icon = document.createElement('div');
      icon.dataset.ext = '';
      icon.className = 'icon-of-somebody';
      return icon;
    };
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          if (!(node instanceof Element) || node.matches('[data-ext]')) continue;
          for (const input of [...node.querySelectorAll('input')]) input.after(icon());
          for (const form of [...node.querySelectorAll('form')]) form.lastElementChild?.before(icon());
        }
      }
    }).observe(document, { subtree: true, childList: true });
  }, server.origin);
  const sent: unknown[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/v1/institutions')) sent.push(request.postDataJSON().credentials);
  });
  const widget = await shop.open(await server.token());
  await widget.choose('fields bank', 'Fields Bank');
  await expect(widget.frame.locator('[data-ext]').first()).toBeAttached();
  await widget.username.fill(' ada');
  await widget.username.blur();
  await expect(widget.frame.getByText(/space at the beginning/)).toBeVisible();
  await widget.username.fill('ada');
  await widget.username.blur();
  await expect(widget.frame.getByText(/space at the beginning/)).toHaveCount(0);
  await widgetFrame(page, server.origin).evaluate(() => {
    const key = new KeyboardEvent('keydown', { key: 'A', bubbles: true, modifierCapsLock: true });
    document.querySelector('#field-username, input[name=username]')!.dispatchEvent(key);
  });
  await expect(widget.frame.getByText(/space at the beginning/), 'caps lock matters in a password alone').toHaveCount(0);
  await widget.password.fill('secret');
  const eye = widget.button('Show password');
  await eye.click();
  await expect(eye).toHaveAttribute('aria-pressed', 'true');
  await expect(widget.password).toHaveAttribute('type', 'text');
  await eye.click();
  await expect(widget.password).toHaveAttribute('type', 'password');
  await widget.back.click();
  await widget.choose('fields bank', 'Fields Bank');
  await widget.username.fill('ada');
  await widget.password.fill('secret');
  await widget.frame.getByLabel('Email address').fill('ada@example.com');
  await widget.frame.getByLabel('Card number').fill('012345');
  await widget.frame.getByLabel('Branch').selectOption('Online only');
  await widget.frame.getByLabel(/I accept/).check();
  await widget.button('Log in').click();
  await widget.finish('Fields Bank');
  expect(sent).toHaveLength(1);
  expect(Object.keys(sent[0] as object).sort()).toEqual(['branch', 'card_number', 'email', 'password', 'phone', 'terms', 'username']);
});
