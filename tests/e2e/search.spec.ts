// Finding a bank: rows at every moment, by typing and by keyboard alone.
import { expect, test } from './support/test';

test('typing "caisse depargne" shows banks at every frame, and finds Caisse d’Épargne', { tag: '@every' }, async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await expect(widget.search).toBeVisible();
  await widget.search.press('c');
  await expect(widget.results.first()).toBeVisible();
  const frame = page.frames().find((frame) => frame.url().startsWith(server.origin))!;
  await frame.evaluate(() => {
    const seen = { frames: 0, empty: 0 };
    Object.assign(window, { seen });
    const look = () => {
      seen.frames++;
      const busy = document.querySelector('[role=progressbar]:only-child, [role=listbox][hidden]');
      if (busy || !document.querySelector('[role=listbox] [role=option]')) seen.empty++;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  for (const key of 'aisse depargne') {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await frame.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  await expect(widget.search).toHaveValue('caisse depargne');
  await expect(widget.results.first()).toContainText(/Caisse d.[EÉ]pargne/i);
  const seen = await frame.evaluate(() => (window as any).seen);
  expect(seen.frames).toBeGreaterThan(14);
  expect(seen.empty).toBe(0);
});

test('arrows and Enter choose', { tag: '@every' }, async ({ shop, server, page }) => {
  const widget = await shop.open(await server.token());
  await widget.search.fill('demo');
  await expect(widget.results.first()).toContainText('Demo');
  await widget.search.press('ArrowDown');
  const active = await widget.search.getAttribute('aria-activedescendant');
  expect(active).toBeTruthy();
  await expect(widget.frame.locator(`[id="${active}"]`)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(widget.title(/Log in to Demo/)).toBeVisible();
});

test('the way back from a bank keeps the search', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.chooseDemo();
  await widget.back.click();
  await expect(widget.search).toHaveValue('demo');
  await expect(widget.results.first()).toBeVisible();
});

test('nothing found says what to try', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.search.fill('zzqxzzqx');
  await expect(widget.frame.getByRole('heading', { name: /No bank found for .zzqxzzqx/ })).toBeVisible();
  await expect(widget.frame.getByText(/Check the spelling/)).toBeVisible();
  await widget.search.fill('demo');
  await expect(widget.results.first()).toContainText('Demo');
});
