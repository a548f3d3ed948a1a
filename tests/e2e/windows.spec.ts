// Windows that cannot be spoken to: pages that cut the tie to what they open, views with one window, windows that are
// swallowed. The answer comes all the same, and nobody is left with a blank window or told what is not so.
import type { BrowserContext, Page } from '@playwright/test';
import { BankSite } from './support/bank-site';
import { Clock } from './support/clock';
import { lines } from './support/host-page';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

// Who comes back in a window that nobody has opened is told so by the browser; the page is there all the same.
test.use({ expectedNoise: [/^warning: Scripts may close only the windows that were opened by them/] });

const ends = async (page: Page) => (await lines(page)).filter((line) => /^(success|error|exit)/.test(line));

/** What a browser view does instead of opening a window. */
type View = 'takes this one' | 'takes this one, with no handle' | 'swallows it';

async function inView(context: BrowserContext, view: View): Promise<void> {
  await context.addInitScript((view) => {
    const silent = { closed: false, close() {}, focus() {}, postMessage() {}, location: { replace() {} } };
    const views: Record<string, (address: string) => unknown> = {
      'takes this one': (address) => (location.assign(address), window),
      'takes this one, with no handle': (address) => (location.assign(address), null),
      'swallows it': () => silent,
    };
    window.open = views[view] as typeof window.open;
  }, view);
}

/** The widget looks for the window again and again, ten seconds long. */
async function looks(clock: Clock): Promise<void> {
  for (let look = 0; look < 25; look += 1) await clock.skip(400);
}

async function alone(page: Page, origin: string, token: string): Promise<Widget> {
  await page.goto(`${origin}/#token=${token}`);
  const widget = new Widget(page);
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  return widget;
}

test.describe('a page that cuts the tie to the windows it opens (COOP)', () => {
  test('the bank is there after one press, and what it answers comes', async ({ shop, server, context, page }) => {
    const widget = await shop.open(await server.token(), {}, '/isolated');
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    const bank = await BankSite.of(widget, context);
    await expect(widget.title('Finish logging in at OAuth Bank')).toBeVisible();
    await expect(widget.frame.getByText(/block/)).toHaveCount(0);
    await bank.page.waitForURL(/\/sandbox\/oauth-bank\//);
    expect(context.pages()).toHaveLength(2);
    const closed = bank.page.waitForEvent('close');
    await bank.allow();
    await closed;
    await widget.finish('OAuth Bank');
    await expect.poll(() => ends(page)).toEqual(['success']);
  });

  test('by the link as well, and the window of before may stay', async ({ shop, server, context, page }) => {
    const widget = await shop.open(await server.token(), {}, '/isolated');
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    await BankSite.of(widget, context);
    const link = widget.frame.getByRole('link', { name: 'Open OAuth Bank' });
    const second = await BankSite.openedBy(context, () => link.click());
    await second.allow();
    await widget.finish('OAuth Bank');
    await expect.poll(() => ends(page)).toEqual(['success']);
    expect(context.pages().map((page) => page.url())).not.toContain('about:blank');
  });

  test('an address that was copied is as good', async ({ shop, server, context }) => {
    const widget = await shop.open(await server.token(), {}, '/isolated');
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    await BankSite.of(widget, context);
    const address = await widget.frame.getByRole('link', { name: 'Open OAuth Bank' }).getAttribute('href');
    const elsewhere = await context.newPage();
    await elsewhere.goto(address!);
    await new BankSite(elsewhere).allow();
    await widget.finish('OAuth Bank');
  });
});

for (const view of ['takes this one', 'takes this one, with no handle'] as const) {
  test(`a view with one window ${view}: to the bank, and on where it ends`, async ({ server, context, page }) => {
    await inView(context, view);
    const widget = await alone(page, server.origin, await server.token());
    await widget.button(/^Continue to/).click();
    await page.waitForURL(/\/sandbox\/oauth-bank\//);
    await new BankSite(page).allow();
    await expect(page.getByText('close this window')).toHaveCount(0);
    await page.getByRole('link', { name: 'Continue here' }).click();
    await expect(widget.title('OAuth Bank is connected')).toBeVisible();
    expect(context.pages()).toHaveLength(1);
  });
}

test('a view with one window: Back leads to the step before, and the bank can be gone to again', async ({ server, context, page }) => {
  await inView(context, 'takes this one');
  // A view that keeps no page for the way back.
  await context.addInitScript(() => addEventListener('unload', () => {}));
  const widget = await alone(page, server.origin, await server.token());
  await widget.button(/^Continue to/).click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  await page.goBack();
  await expect(widget.title(/OAuth Bank/)).toBeVisible();
  await widget.button('Open the window again').click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  await new BankSite(page).allow();
  await page.getByRole('link', { name: 'Continue here' }).click();
  await expect(widget.title('OAuth Bank is connected')).toBeVisible();
});

test('a page that is sent away with its frame is not left blank', async ({ shop, server, context, page }) => {
  await context.addInitScript(() => {
    if (self !== top) window.open = (address) => ((top!.location.href = String(address)), null);
  });
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  await widget.button(/^Continue to/).click();
  await page.waitForURL(/\/sandbox\/oauth-bank\//);
  await new BankSite(page).allow();
  await expect(page.getByRole('heading', { name: 'Your bank has answered' })).toBeVisible();
  await expect(page.getByText('close this window')).toHaveCount(0);
});

test.describe('a window that is swallowed', () => {
  test('alone: within ten seconds this window is a way', async ({ server, context, page }) => {
    await inView(context, 'swallows it');
    const clock = await Clock.install(context, page);
    const widget = await alone(page, server.origin, await server.token());
    await widget.button(/^Continue to/).click();
    await expect(widget.title('Finish logging in at OAuth Bank')).toBeVisible();
    await looks(clock);
    await widget.button('Continue in this window').click();
    await page.waitForURL(/\/sandbox\/oauth-bank\//);
    await new BankSite(page).allow();
    await expect(widget.title('OAuth Bank is connected')).toBeVisible();
  });

  test('in a page: within ten seconds there is a link', async ({ shop, server, context, page }) => {
    await inView(context, 'swallows it');
    const clock = await Clock.install(context, page);
    const widget = await shop.open(await server.token());
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    await widget.button(/^Continue to/).click();
    await expect(widget.title('Finish logging in at OAuth Bank')).toBeVisible();
    await looks(clock);
    const link = widget.frame.getByRole('link', { name: 'Open OAuth Bank' });
    const bank = await BankSite.openedBy(context, () => link.click());
    await bank.allow();
    await widget.finish('OAuth Bank');
  });
});

test('a window that has got to the bank is not called missing', async ({ shop, server, context, page }) => {
  const clock = await Clock.install(context, page);
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await bank.page.waitForURL(/\/sandbox\/oauth-bank\//);
  await looks(clock);
  await expect(widget.button('Open the window again')).toBeVisible();
  await expect(widget.frame.getByRole('link', { name: 'Open OAuth Bank' })).toHaveCount(0);
});

test('two widgets of a page have a window each', async ({ server, host, context, page }) => {
  await page.goto(`${host}/pair`);
  const begin = async (side: string) => {
    const token = await server.token({ user_id: side });
    await page.evaluate(([side, token]) => void window.start({ container: `#${side}`, token }), [side, token] as const);
    const widget = new Widget(page.frameLocator(`#${side} iframe`));
    await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
    return widget;
  };
  const left = await begin('left');
  const right = await begin('right');
  const first = await BankSite.of(left, context);
  const second = await BankSite.of(right, context);
  expect(context.pages()).toHaveLength(3);
  await second.allow();
  await expect(right.title('OAuth Bank is connected')).toBeVisible();
  await expect(left.title('Finish logging in at OAuth Bank')).toBeVisible();
  await first.allow();
  await expect(left.title('OAuth Bank is connected')).toBeVisible();
});

test('lost at the bank: once more begins another login in the same window, and the answer of before counts for nothing', async ({ shop, server, context, page }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await bank.page.waitForURL(/\/sandbox\/oauth-bank\//);
  const state = (address: string) => new URL(address).searchParams.get('state');
  const before = state(bank.page.url());
  await bank.page.goto(`${server.origin}/healthz`);
  await widget.button('Open the window again').click();
  await bank.page.waitForURL(/\/sandbox\/oauth-bank\//);
  expect(context.pages()).toHaveLength(2);
  expect(state(bank.page.url())).not.toBe(before);
  const late = await context.newPage();
  await late.goto(`${server.origin}/oauth/redirect?code=late&state=${encodeURIComponent(before!)}`);
  await expect(late.getByRole('heading')).toBeVisible();
  await expect(widget.title('Finish logging in at OAuth Bank')).toBeVisible();
  await bank.page.reload();
  await bank.allow();
  await widget.finish('OAuth Bank');
  await expect.poll(() => ends(page)).toEqual(['success']);
});

test('a reload of the frame while the window is at the bank: what it answers still comes', async ({ shop, server, context, page }) => {
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await bank.login();
  await page.frames().find((frame) => frame.url().startsWith(server.origin))!.evaluate(() => location.reload());
  await expect(widget.title('Still logging in at OAuth Bank?')).toBeVisible();
  await bank.button('Allow').click();
  await widget.finish('OAuth Bank');
  await expect.poll(() => ends(page)).toEqual(['success']);
});

test('a page without a secure context proves its login all the same', async ({ shop, server, context }) => {
  await context.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  const widget = await shop.open(await server.token());
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
  const bank = await BankSite.of(widget, context);
  await bank.page.waitForURL(/\/sandbox\/oauth-bank\//);
  expect(new URL(bank.page.url()).searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  await bank.allow();
  await widget.finish('OAuth Bank');
});
