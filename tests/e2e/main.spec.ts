// The way that everybody goes: the demo shop, from its button to its result.
import { expect, test } from './support/test';
import { Widget } from './support/widget';

test('connect the Demo bank from the shop', { tag: '@every' }, async ({ page, server }) => {
  // Keeps which of connect()'s kinds of listeners the page's window has.
  await page.addInitScript(() => {
    if (window !== top) return;
    const listening: string[] = [];
    const ours = new Set(['message', 'pagehide']);
    Object.assign(window, { listening });
    const { addEventListener: add, removeEventListener: remove } = window;
    const gone = (type: string) => listening.splice(listening.indexOf(type), 1);
    window.addEventListener = (...args: [any, any, any?]) => {
      if (ours.has(args[0])) {
        listening.push(args[0]);
        args[2]?.signal?.addEventListener('abort', () => gone(args[0]));
      }
      add.apply(window, args);
    };
    window.removeEventListener = (...args: [any, any]) => {
      if (ours.has(args[0])) gone(args[0]);
      remove.apply(window, args);
    };
  });
  await page.goto(`${server.origin}/demo/`);
  const button = page.getByRole('button', { name: 'Connect your bank' });
  const before = await page.evaluate(() => [(window as any).listening, document.body.style.cssText, scrollY]);
  await button.click();

  await expect(page.getByRole('dialog', { name: 'Connect your bank' })).toBeVisible();
  expect(await page.evaluate(() => (window as any).listening)).toEqual(['message', 'pagehide']);
  const widget = new Widget(page.frameLocator('iframe'));
  await widget.loginToDemo('wealthica', 'x');
  await widget.pick('JavaScript');
  await widget.answer(/gem/, 'ruby');
  await widget.finish('Demo');

  const result = page.getByRole('status', { name: 'Result' });
  await expect(result).toContainText('onSuccess');
  const told = JSON.parse((await result.textContent())!.replace('onSuccess', ''));
  expect(told).toMatchObject({ institution_id: expect.stringMatching(/.+/), provider: 'demo', provider_name: 'Demo' });
  const events = await page.getByRole('list', { name: 'Events' }).getByRole('listitem').locator('b').allTextContents();
  expect(events).toEqual([
    'opened', 'screen_shown', 'institution_selected', 'screen_shown', 'credentials_submitted', 'screen_shown',
    'question_asked', 'screen_shown', 'answer_submitted', 'screen_shown', 'question_asked', 'screen_shown',
    'answer_submitted', 'screen_shown', 'connected', 'screen_shown',
  ]);
  await expect(page.getByRole('list', { name: 'Events' })).not.toContainText(/javascript|ruby|wealthica/i);

  await expect(page.locator('iframe, dialog')).toHaveCount(0);
  await expect(button).toBeFocused();
  expect(await page.evaluate(() => [(window as any).listening, document.body.style.cssText, scrollY])).toEqual(before);
});

test('closing tells the shop once, and it can be opened again', { tag: '@every' }, async ({ page, server }) => {
  await page.goto(`${server.origin}/demo/`);
  const button = page.getByRole('button', { name: 'Connect your bank' });
  const widget = new Widget(page.frameLocator('iframe'));
  for (let times = 0; times < 2; times++) {
    await button.click();
    await expect(widget.search).toBeVisible();
    await widget.close.click();
    await expect(page.getByRole('status', { name: 'Result' })).toHaveText(/^onExit\s*\{\s*"reason": "user_closed"\s*\}$/);
    await expect(button).toBeFocused();
  }
});

test('Escape closes', { tag: '@every' }, async ({ page, server }) => {
  await page.goto(`${server.origin}/demo/`);
  await page.getByRole('button', { name: 'Connect your bank' }).click();
  await expect(new Widget(page.frameLocator('iframe')).search).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('status', { name: 'Result' })).toContainText('user_closed');
});
