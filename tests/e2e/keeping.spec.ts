// What a reload, a copy of a tab, a second widget and a page that loads early or late find again, and whose it is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';
import { lines, wire } from './support/host-page';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

/** A widget of one's own in a part of the page, at a question of the bank. */
async function asked(page: Page, side: string, token: string, kind: string): Promise<Widget> {
  await page.evaluate(([side, token]) => void window.start({ container: `#${side}`, token }), [side, token] as const);
  const widget = new Widget(page.frameLocator(`#${side} iframe`));
  await widget.loginTo('MFA Bank', 'user_good', kind);
  await expect(widget.title(/./)).not.toHaveText('Connecting to MFA Bank');
  return widget;
}

async function reloadFrame(page: Page, side: string): Promise<void> {
  const element = await page.locator(`#${side} iframe`).elementHandle();
  const frame = (await element!.contentFrame())!;
  await frame.evaluate(() => location.reload());
}

test.describe('two widgets in one page', () => {
  for (const users of [['ann', 'ann'], ['ann', 'ben']] as const) {
    test(`of ${new Set(users).size} user(s): each comes back to its own step`, async ({ page, host, server }) => {
      await page.goto(`${host}/pair`);
      const left = await asked(page, 'left', await server.token({ user_id: users[0] }), 'code');
      const right = await asked(page, 'right', await server.token({ user_id: users[1] }), 'choice');
      await expect(left.code).toBeVisible();
      await expect(right.frame.getByRole('radio').first()).toBeVisible();
      await reloadFrame(page, 'left');
      await expect(left.code).toBeVisible();
      await reloadFrame(page, 'right');
      await expect(right.frame.getByRole('radio').first()).toBeVisible();
      await left.code.fill('1234');
      await left.button('Continue').click();
      await left.finish('MFA Bank');
      await right.pick('Blue');
      await right.finish('MFA Bank');
      const made = await page.evaluate(() => window.heard.filter(([kind]) => kind === 'success').map(([, value]) => value.institution_id));
      expect(new Set(made).size).toBe(2);
    });
  }

  test('the other one closed first: the one that is loaded again still has its own', async ({ page, host, server }) => {
    await page.goto(`${host}/pair`);
    const left = await asked(page, 'left', await server.token(), 'code');
    const right = await asked(page, 'right', await server.token(), 'choice');
    await right.close.click();
    await expect(page.locator('#right iframe')).toHaveCount(0);
    await reloadFrame(page, 'left');
    await left.code.fill('1234');
    await left.button('Continue').click();
    await left.finish('MFA Bank');
  });
});

test('the page around is loaded anew: each widget goes on where it was', async ({ page, host, server }) => {
  await page.goto(`${host}/pair`);
  const [ann, ben] = [await server.token({ user_id: 'ann' }), await server.token({ user_id: 'ben' })];
  await asked(page, 'left', ann, 'code');
  await asked(page, 'right', ben, 'choice');
  await page.reload();
  for (const [side, token] of [['left', ann], ['right', ben]] as const) {
    await page.evaluate(([side, token]) => void window.start({ container: `#${side}`, token }), [side, token] as const);
  }
  await expect(new Widget(page.frameLocator('#left iframe')).code).toBeVisible();
  await expect(page.frameLocator('#right iframe').getByRole('radio').first()).toBeVisible();
});

/** As the browser's "Duplicate tab": the copy has the tab's session storage. */
async function duplicate(context: BrowserContext, page: Page): Promise<Page> {
  const opened = context.waitForEvent('page');
  await page.evaluate(() => {
    const button = document.createElement('button');
    button.textContent = 'Duplicate';
    button.onclick = () => void window.open(location.href);
    document.body.append(button);
  });
  await page.getByRole('button', { name: 'Duplicate' }).click();
  return opened;
}

test('a copy of the tab that is closed leaves the original alone', async ({ page, host, server, context }) => {
  await page.goto(`${host}/pair`);
  const token = await server.token();
  const original = await asked(page, 'left', token, 'code');
  await expect(original.code).toBeVisible();
  const copy = await duplicate(context, page);
  await copy.waitForFunction(() => 'start' in window);
  await copy.evaluate((token) => void window.start({ container: '#left', token }), token);
  const copied = new Widget(copy.frameLocator('#left iframe'));
  await expect(copied.title(/./)).toBeVisible();
  await expect(copied.search.or(copied.code)).toBeVisible();
  await copied.close.click();
  await expect.poll(async () => (await lines(copy)).at(-1)).toMatch(/^(exit|error)/);
  await original.code.fill('1234');
  await original.button('Continue').click();
  await original.finish('MFA Bank');
  await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
});

test.describe('a browser that refuses storage to frames of another site', () => {
  test.beforeEach(async ({ context }) =>
    context.addInitScript(() => {
      if (self === top) return;
      const refuse = () => {
        throw new DOMException('refused', 'SecurityError');
      };
      for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(self, name, { get: refuse });
      Object.defineProperty(self, 'BroadcastChannel', { value: refuse });
      if (navigator.locks) navigator.locks.request = () => Promise.reject(new DOMException('refused', 'SecurityError'));
    }),
  );

  test('a reload at a question comes back to it', async ({ shop, server, page }) => {
    const widget = await shop.open(await server.token());
    await widget.loginTo('MFA Bank', 'user_good', 'code');
    await expect(widget.code).toBeVisible();
    await page.frames().find((frame) => frame.url().startsWith(server.origin))!.evaluate(() => location.reload());
    await expect(widget.code).toBeVisible();
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.finish('MFA Bank');
    await expect.poll(async () => (await lines(page)).at(-1)).toBe('success');
  });
});

test.describe('a page that frames the widget by hand', () => {
  test('and listens seconds later: the widget has said again that it is ready', async ({ page, host, server }) => {
    await page.goto(`${host}/plain`);
    const token = await server.token();
    await page.evaluate(
      ([widget, token]) => {
        const frame = document.createElement('iframe');
        frame.style.cssText = 'width:400px;height:600px';
        frame.src = `${widget}/?origin=${encodeURIComponent(location.origin)}`;
        document.body.append(frame);
        let ready = 0;
        addEventListener('message', ({ data, source }) => {
          if (data?.type === 'ready') ready += 1;
          // The first ones came while the page's own program was on its way.
          if (data?.type === 'ready' && ready === 3) (source as Window).postMessage({ connect_widget: 1, type: 'init', token }, widget!);
        });
      },
      [server.origin, token] as const,
    );
    await expect(new Widget(page.frameLocator('iframe')).search).toBeVisible();
  });

  test('and speaks before the program runs: it is heard', async ({ page, host, server }) => {
    await page.goto(`${host}/plain`);
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/*.wasm', async (route) => {
      await held;
      await route.continue();
    });
    const token = await server.token();
    await page.evaluate(
      ([widget, token]) => {
        const frame = document.createElement('iframe');
        frame.src = `${widget}/?origin=${encodeURIComponent(location.origin)}`;
        addEventListener('message', ({ data, source }) => {
          if (data?.type !== 'loaded') return;
          (source as Window).postMessage({ connect_widget: 1, type: 'init', token }, widget!);
          document.title = 'spoken';
        });
        document.body.append(frame);
      },
      [server.origin, token] as const,
    );
    await expect(page).toHaveTitle('spoken');
    release();
    await expect(new Widget(page.frameLocator('iframe')).search).toBeVisible();
  });
});

test('the program is asked for once, whatever the browser makes of preloads', async ({ shop, server, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const widget = await shop.open(await server.token());
  await widget.choose('demo', 'Demo');
  for (const part of ['connect-widget-', 'connect-rest-']) expect(asked.filter((path) => path.includes(part) && path.endsWith('.wasm'))).toHaveLength(1);
  const preloads = await page.frames().find((frame) => frame.url().startsWith(server.origin))!.evaluate(() => document.querySelectorAll('link[as=fetch]').length);
  expect(preloads).toBe(0);
});

test.describe('a browser without WebAssembly', () => {
  test.use({ expectedNoise: [/WebAssembly is not defined/] });

  test('is told so in words, at once', async ({ shop, server, page, context }) => {
    await context.addInitScript(() => {
      if (self !== top) delete (globalThis as any).WebAssembly;
    });
    await shop.open(await server.token());
    const frame = page.frameLocator('dialog iframe');
    await expect(frame.getByText(/turned off in your browser/)).toBeVisible();
    await expect(frame.getByText(/didn.t load completely/)).toBeHidden();
    // The frame goes within the click, which a driver's click may wait for ever after.
    await frame.getByRole('button', { name: 'Close' }).last().dispatchEvent('click');
    await expect.poll(async () => (await lines(page)).at(-1)).toBe('error widget_unreachable');
  });
});

test('a page whose scripts do not run says after a while that it takes too long', async ({ page, server, host }) => {
  await page.route(`${server.origin}/?**`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll('<script', '<script type=text/moved') });
  });
  await page.goto(`${host}/plain`);
  await page.evaluate((widget) => {
    const frame = document.createElement('iframe');
    frame.src = `${widget}/?origin=${encodeURIComponent(location.origin)}`;
    document.body.append(frame);
  }, server.origin);
  const words = page.frameLocator('iframe').getByText(/taking longer than it should/);
  await expect(words).toBeAttached();
  await expect(words).toHaveCSS('visibility', 'hidden');
  await expect(words).toHaveCSS('visibility', 'visible', { timeout: 15_000 });
});

test('while the bytes of the program come, the page around hears that it lives', async ({ page, host, server }) => {
  const pieces: (() => void)[] = [];
  const slow = createServer(async (request, response) => {
    const answer = await fetch(server.origin + request.url, { headers: { accept: request.headers.accept ?? '*/*' } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    if (!request.url?.endsWith('.wasm')) return response.end(bytes);
    response.flushHeaders();
    pieces.push(() => response.write(bytes.subarray(0, 50_000)));
    pieces.push(() => response.end(bytes.subarray(50_000)));
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  try {
    await page.goto(`${host}/any-frames`);
    const { port } = slow.address() as AddressInfo;
    await page.evaluate((widget) => {
      const frame = document.createElement('iframe');
      frame.src = `${widget}/?origin=${encodeURIComponent(location.origin)}`;
      document.body.append(frame);
    }, `http://127.0.0.1:${port}`);
    const said = async (type: string) => (await wire(page)).filter((message) => message.type === type).length;
    await expect.poll(() => said('loaded')).toBe(1);
    await expect.poll(() => pieces.length).toBe(2);
    pieces[0]!();
    await expect.poll(() => said('loaded')).toBe(2);
    expect(await said('ready')).toBe(0);
    pieces[1]!();
    await expect.poll(() => said('ready')).toBeGreaterThan(0);
  } finally {
    slow.closeAllConnections();
    slow.close();
  }
});
