// The widget's files, as proxies and releases really serve them.
import { expect, test } from './support/test';

test.describe('the program with another type', () => {
  // wasm-bindgen says that it takes the slower way.
  test.use({ expectedNoise: [/WebAssembly.instantiateStreaming. failed/] });

  for (const type of ['application/octet-stream', 'application/wasm; charset=utf-8', '']) {
    test(`${type || 'none'}: it starts all the same`, async ({ shop, server, page }) => {
      await page.route('**/*.wasm', async (route) => {
        const response = await route.fetch();
        const headers = { ...response.headers(), 'content-type': type, 'x-content-type-options': 'nosniff' };
        if (!type) Reflect.deleteProperty(headers, 'content-type');
        await route.fulfill({ response, headers });
      });
      const widget = await shop.open(await server.token());
      await expect(widget.search).toBeVisible();
    });
  }
});

test('a file of another release is no page, and is not kept', async ({ request, server }) => {
  for (const file of ['connect-widget-0123456789abcdef_bg.wasm', 'connect-widget-0123456789abcdef.js']) {
    const response = await request.get(`${server.origin}/${file}`);
    expect(response.status()).toBe(404);
    expect(response.headers()['cache-control']).toContain('no-store');
    expect(response.headers()['content-type']).not.toMatch(/javascript|wasm/);
  }
});
