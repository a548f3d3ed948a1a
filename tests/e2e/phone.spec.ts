// On a phone: what its keyboard covers, its way back, the edges of its screen.
import { devices, type Locator, type Page } from '@playwright/test';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7'];
test.use({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch });

/** The widget, alone in its window. */
async function alone(page: Page, server: { origin: string }, token: string): Promise<Widget> {
  await page.goto(`${server.origin}/#token=${token}`);
  const widget = new Widget(page);
  await expect(widget.results.first()).toBeVisible();
  return widget;
}

/** Where an element is seen in the page. */
async function box(element: Locator): Promise<{ left: number; top: number; right: number; bottom: number }> {
  const { x, y, width, height } = (await element.boundingBox())!;
  return { left: x, top: y, right: x + width, bottom: y + height };
}

test.describe('the keyboard', () => {
  /** A keyboard as Safari has it: the page is as high as before, and only a part of it can be seen. */
  const overlaid = (page: Page, seen: { height: number; offsetTop: number }) =>
    page.evaluate((seen) => {
      for (const [name, value] of Object.entries(seen)) Object.defineProperty(visualViewport, name, { value, configurable: true });
      visualViewport!.dispatchEvent(new Event('resize'));
    }, seen);

  for (const offsetTop of [0, 120]) {
    test(`laid over the page, which has moved by ${offsetTop}: field and button are above it`, async ({ page, server }) => {
      const widget = await alone(page, server, await server.token());
      await widget.chooseDemo();
      await widget.password.focus();
      const height = 400;
      await overlaid(page, { height, offsetTop });
      for (const element of [widget.password, widget.button('Log in'), widget.back]) {
        await expect.poll(async () => (await box(element)).bottom).toBeLessThanOrEqual(offsetTop + height);
        expect((await box(element)).top).toBeGreaterThanOrEqual(offsetTop);
      }
      await overlaid(page, { height: viewport.height, offsetTop: 0 });
      await expect.poll(async () => (await box(widget.button('Log in'))).bottom).toBeGreaterThan(height);
    });
  }

  test('that makes the page smaller: field and button stay in sight, also where a bank asks for much', async ({ page, server }) => {
    const widget = await alone(page, server, await server.token());
    await expect(page.locator('meta[name=viewport]')).toHaveAttribute('content', /interactive-widget=resizes-content/);
    await widget.choose('fields bank', 'Fields Bank');
    // Only test banks have one.
    await page.locator('.hint').evaluate((hint) => hint.remove());
    await page.setViewportSize({ width: viewport.width, height: 420 });
    const button = widget.button('Log in');
    for (const field of await page.getByRole('textbox').all()) {
      await field.evaluate((field: HTMLElement) => field.blur());
      await field.focus();
      await expect(field).toBeInViewport({ ratio: 1 });
      await expect(button).toBeInViewport({ ratio: 1 });
      expect((await box(field)).bottom).toBeLessThanOrEqual((await box(button)).top);
    }
  });

  test('that makes the page smaller: what is found is seen below the field', async ({ page, server }) => {
    const widget = await alone(page, server, await server.token());
    await widget.search.tap();
    await page.setViewportSize({ width: viewport.width, height: 400 });
    await widget.search.fill('demo');
    await expect(widget.search).toBeInViewport({ ratio: 1 });
    await expect(widget.row('Demo')).toBeInViewport({ ratio: 1 });
  });

  test('whoever zooms in is left alone', async ({ page, server }) => {
    await alone(page, server, await server.token());
    const card = page.locator('main.card');
    const before = await box(card);
    await overlaid(page, { height: viewport.height / 2, offsetTop: 30, scale: 2 } as { height: number; offsetTop: number });
    expect(await box(card)).toEqual(before);
  });
});

test.describe('the way back', () => {
  /** As a gesture does it. Playwright's own would wait for a load, which a page that was kept does not do. */
  const back = (page: Page) => page.evaluate(() => history.back());

  test('one step at a time, and then out of the page', async ({ page, server, host }) => {
    await page.goto(`${host}/elsewhere`);
    const widget = await alone(page, server, await server.token());
    await widget.chooseDemo();
    await back(page);
    await expect(widget.search).toBeVisible();
    await widget.choose('mfa', 'MFA Bank');
    await widget.login('user_good', 'text');
    await expect(widget.frame.getByRole('textbox')).toBeVisible();
    await back(page);
    await expect(widget.title('Log in to MFA Bank')).toBeVisible();
    await back(page);
    await expect(widget.search).toBeVisible();
    await back(page);
    await expect(page).toHaveURL(`${host}/elsewhere`);
  });

  test('after a step back in the widget it leaves the page at once', async ({ page, server, host }) => {
    await page.goto(`${host}/elsewhere`);
    const widget = await alone(page, server, await server.token());
    await widget.chooseDemo();
    await widget.back.click();
    await expect(widget.search).toBeVisible();
    await back(page);
    await expect(page).toHaveURL(`${host}/elsewhere`);
  });

  test('forward again does nothing, and back goes on as before', async ({ page, server, host }) => {
    await page.goto(`${host}/elsewhere`);
    const widget = await alone(page, server, await server.token());
    await widget.chooseDemo();
    await back(page);
    await expect(widget.search).toBeVisible();
    await page.evaluate(() => history.forward());
    await expect(widget.search).toBeVisible();
    await back(page);
    await expect(page).toHaveURL(`${host}/elsewhere`);
  });

  test('a reload at a question goes on there, and back is a step back', async ({ page, server }) => {
    const widget = await alone(page, server, await server.token());
    await widget.loginTo('MFA Bank', 'user_good', 'text');
    await expect(widget.frame.getByRole('textbox')).toBeVisible();
    // The token is in no address, so it is given again.
    await page.evaluate((token) => history.replaceState(history.state, '', `#token=${token}`), await server.token());
    await page.reload();
    await expect(widget.frame.getByText(/barks/).first()).toBeVisible();
    await back(page);
    await expect(widget.title('Log in to MFA Bank')).toBeVisible();
  });

  test('in a frame the page around has its own way back', async ({ page, shop, server, host }) => {
    await page.goto(`${host}/elsewhere`);
    const widget = await shop.open(await server.token());
    await widget.chooseDemo();
    await back(page);
    await expect(page).toHaveURL(`${host}/elsewhere`);
  });
});

test('a pull at the page does not load it anew', async ({ page, server }) => {
  await alone(page, server, await server.token());
  for (const part of ['html', 'body']) await expect(page.locator(part)).toHaveCSS('overscroll-behavior-y', 'none');
});

test.describe('the edges of the screen', () => {
  const SCREENS = [
    { held: 'upright', size: { width: 390, height: 844 }, insets: { top: 59, right: 0, bottom: 34, left: 0 } },
    { held: 'on its side', size: { width: 844, height: 390 }, insets: { top: 0, right: 59, bottom: 21, left: 59 } },
    { held: 'on its side, in a wide widget', size: { width: 700, height: 390 }, insets: { top: 0, right: 59, bottom: 21, left: 59 } },
  ];
  for (const { held, size, insets } of SCREENS) {
    test(`${held}: nothing to press or to read is under them`, async ({ page, server, context }) => {
      await page.setViewportSize(size);
      const widget = await alone(page, server, await server.token());
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setSafeAreaInsetsOverride', { insets });
      const wide = held.includes('wide');
      if (wide) await page.locator('html').evaluate((root) => (root.dataset.frame += ' wide'));
      await inside(page.locator('button, input, h1, [role=option]'));
      await widget.chooseDemo();
      await inside(page.locator('button, input, h1'));
    });

    /** Scrolled to, each of them is within the safe part. */
    async function inside(all: Locator): Promise<void> {
      for (const element of await all.all()) {
        if (!(await element.isVisible())) continue;
        await element.scrollIntoViewIfNeeded();
        const { left, right, top } = await box(element);
        expect(left).toBeGreaterThanOrEqual(insets.left);
        expect(right).toBeLessThanOrEqual(size.width - insets.right);
        expect(top).toBeGreaterThanOrEqual(insets.top);
      }
      const last = all.last();
      const content = last.page().locator('main .content');
      await content.evaluate((part) => part.scrollTo(0, part.scrollHeight));
      const ends = await content.evaluate((part) => Math.max(...[...part.querySelectorAll('button, input')].map((element) => element.getBoundingClientRect().bottom)));
      expect(ends).toBeLessThanOrEqual(size.height - insets.bottom);
    }
  }
});
