// What the server lets a browser do, and that the widget needs no more.
import { expect, test } from './support/test';

const POLICY = 'content-security-policy';

for (const path of ['/', '/connect?client_id=demo', '/connected?institution=i&code=i', '/exit?error_type=400&message=m', '/demo/', '/demo/return', '/demo/theme', '/demo/theme-stage']) {
  test(`${path}: no unsafe-inline, no unsafe-eval, nothing from anywhere`, async ({ request, server }) => {
    const response = await request.get(server.origin + path);
    const policy = response.headers()[POLICY] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/'unsafe-(inline|eval|hashes)'/);
    expect(policy.split(';').find((rule) => /script-src/.test(rule)) ?? '').not.toMatch(/\*|https?:(\s|$)|data:/);
    expect(policy).toMatch(/frame-ancestors/);
    expect(response.headers()['x-content-type-options']).toBe('nosniff');
  });
}

test('the whole way breaks no policy, on a page with a strict policy of its own', async ({ shop, server, page }) => {
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`violated: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const widget = await shop.open(await server.token());
  await widget.loginToDemo('wealthica', 'x');
  await widget.pick('JavaScript');
  await widget.answer(/gem/, 'ruby');
  await widget.finish('Demo');
  await expect.poll(() => page.evaluate(() => window.session.result.then(({ type }) => type))).toBe('success');
});

test('the module can be imported from another origin', async ({ page, host, server }) => {
  await page.goto(`${host}/module`);
  await page.waitForFunction(() => 'start' in window);
  await page.evaluate(([url, token]) => void window.start({ url, token }), [server.origin, await server.token()] as const);
  await expect(page.locator('iframe')).toHaveAttribute('src', new RegExp(`^${server.origin}/\\?origin=`));
  await page.evaluate(() => window.session.close());
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const theme of ['auto', 'light', 'dark']) {
    test(`the page shows through around the card: ${colorScheme} system, theme ${theme}`, async ({ shop, server, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const widget = await shop.open(await server.token(), { theme }, '/stripes');
      await expect(widget.search).toBeVisible();
      const corner = { x: 0, y: 0, width: 40, height: 40 };
      const picture = await page.screenshot({ clip: corner });
      await page.evaluate(() => (document.documentElement.className = 'other'));
      expect(picture.equals(await page.screenshot({ clip: corner })), 'the page behind is another, the picture must be too').toBe(false);
    });
  }
}

for (const [colorScheme, theme] of [['light', 'dark'], ['dark', 'light'], ['dark', 'auto']] as const) {
  test(`the page shows through before the widget runs: ${colorScheme} system, theme ${theme}`, async ({ shop, server, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const wasm = page.waitForRequest('**/*.wasm');
    await page.route('**/*.wasm', () => {});
    await shop.open(await server.token(), { theme }, '/stripes');
    await wasm;
    const corner = { x: 0, y: 0, width: 40, height: 40 };
    const picture = await page.screenshot({ clip: corner });
    await page.evaluate(() => (document.documentElement.className = 'other'));
    expect(picture.equals(await page.screenshot({ clip: corner })), 'the page behind is another, the picture must be too').toBe(false);
  });
}
