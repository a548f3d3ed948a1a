// Host pages that isolate themselves (COOP and COEP): games, editors, online IDEs.
import { expect, test } from './support/test';

// The refused pages that it opens, and what pages still fetched that were left for the next one.
test.use({ expectedNoise: [/40[0134]|Fetch API cannot load .*connect-rest-|loading was aborted/] });

for (const embedder of ['require-corp', 'credentialless']) {
  test(`a page with COEP ${embedder} frames the widget, with banks' pictures`, async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token(), {}, `/isolated/${embedder}`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await widget.search.fill('demo');
    const logo = widget.frame.locator('.logo img').first();
    await expect.poll(() => logo.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBeGreaterThan(0);
    await widget.loginToDemo('wealthica', 'x');
    await widget.pick('JavaScript');
    await widget.answer(/gem/, 'ruby');
    await widget.finish('Demo');
    await expect.poll(() => page.evaluate(() => window.session.result.then(({ type }) => type))).toBe('success');
  });

  test(`Wealthica's, MoneyKit's, Flinks', Meld's and UCW's pages and their refusals stand in a page with COEP ${embedder}`, async ({ server, page, host }) => {
    await page.goto(`${host}/isolated/${embedder}`);
    const paths = ['connect?token=t', 'connect/nosuch', 'start', 'v2/?authorizeToken=t', '?connectToken=t', 'widget', 'connected', 'nothing'];
    for (const path of paths) {
      await page.evaluate((src) => {
        document.querySelector('iframe')?.remove();
        Object.assign(document.body.appendChild(document.createElement('iframe')), { title: src, src });
      }, `${server.origin}/${path}`);
      await expect(page.frameLocator('iframe').getByRole('heading').first(), path).toBeVisible();
    }
  });
}
