// The browser is as people's: what these tests rely on, and what must not work for them alone.
import { expect, test } from './support/test';

test('a frame of another site and a window of its own origin share no channel and no storage', { tag: '@every' }, async ({ shop, server, context, page }) => {
  const widget = await shop.open(await server.token());
  await expect(widget.search).toBeVisible();
  const frame = page.frames().find((frame) => frame.url().startsWith(server.origin))!;
  const window = await context.newPage();
  await window.goto(`${server.origin}/demo/`);
  const heard = async (here: { evaluate: typeof page.evaluate }, name: string) => {
    await here.evaluate((name) => {
      const channel = new BroadcastChannel(name);
      Object.assign(self, { channels: [...((self as any).channels ?? []), channel], said: [] });
      channel.onmessage = ({ data }) => (self as any).said.push(data);
    }, name);
  };
  await heard(frame as any, 'partitioned');
  await heard(window as any, 'partitioned');
  const third = await context.newPage();
  await third.goto(`${server.origin}/demo/`);
  await third.evaluate(() => new BroadcastChannel('partitioned').postMessage('hello'));
  // The one of its own origin hears it, so that the other one has had its time.
  await expect.poll(() => window.evaluate(() => (self as any).said)).toEqual(['hello']);
  expect(await frame.evaluate(() => (self as any).said)).toEqual([]);
});

test('a window that nobody has asked for is refused', async ({ page, host }) => {
  // What a test evaluates counts as asked for.
  await page.addInitScript(() => Object.assign(self, { unasked: window.open('about:blank') }));
  await page.goto(`${host}/plain`);
  expect(await page.evaluate(() => (self as any).unasked)).toBe(null);
});

test('a page that is gone back to is the page that was left', async ({ page, host }) => {
  await page.goto(`${host}/plain`);
  await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => (document.title = persisted ? 'kept' : 'new')));
  await page.goto(`${host}/elsewhere`);
  // Playwright's own way back waits for a load, which does not come.
  await page.evaluate(() => history.back());
  await expect(page).toHaveTitle('kept');
});
