// A device whose clock is wrong: only the server ends what the server began.
import type { BrowserContext, Page } from '@playwright/test';
import { lines } from './support/host-page';
import { expect, test } from './support/test';
import { told } from './support/widget';

declare global {
  interface Window {
    /** How wrong the clock is, in milliseconds. */
    wrongBy: number;
  }
}

const wrongBy = (context: BrowserContext, millis: number) =>
  context.addInitScript((millis) => {
    window.wrongBy = millis;
    const Right = Date;
    window.Date = class extends Right {
      constructor(...given: unknown[]) {
        if (given.length > 0) super(...(given as []));
        else super(Right.now() + window.wrongBy);
      }
      static override now() {
        return Right.now() + window.wrongBy;
      }
    } as DateConstructor;
  }, millis);

/** When the bank's question ends, by the server's clock. */
async function endOfQuestion(page: Page): Promise<number> {
  const response = await page.waitForResponse(async (response) => /institutions/.test(response.url()) && /expires_at/.test(await response.text().catch(() => '')));
  return Date.parse((await response.json()).sync_error.challenge.expires_at);
}

for (const [name, millis] of [
  ['30 seconds fast', 30_000],
  ['30 seconds slow', -30_000],
  ['10 minutes fast', 600_000],
  ['10 minutes slow', -600_000],
  ['3 days slow', -259_200_000],
] as const) {
  test(`a clock that is ${name}: the true rest is shown, and the end when it is there`, async ({ shop, server, page, context }) => {
    await wrongBy(context, millis);
    const widget = await shop.open(await server.token());
    await widget.choose('mfa bank', 'MFA Bank');
    const ends = endOfQuestion(page);
    await widget.login('user_good', 'expire');
    const end = await ends;
    const timer = widget.frame.getByRole('timer');
    await expect(timer).toHaveText(/0:\d\d/);
    const rest = Number((await timer.innerText()).match(/0:(\d\d)/)![1]);
    expect(Math.abs(rest - (end - Date.now()) / 1_000)).toBeLessThan(2.5);
    await expect.poll(() => lines(shop.page), { intervals: [100] }).toContain('failed question_expired');
    expect(Date.now() - end, 'not before the server’s end, and soon after it').toBeGreaterThan(-500);
    expect(Date.now() - end).toBeLessThan(4_000);
    await widget.button('Try again').click();
    await expect(widget.code).toBeVisible();
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.finish('MFA Bank');
  });
}

test('a clock that is set in the middle of a question', async ({ shop, server, page, context }) => {
  await wrongBy(context, 0);
  const widget = await shop.open(await server.token());
  await widget.choose('mfa bank', 'MFA Bank');
  const ends = endOfQuestion(page);
  await widget.login('user_good', 'expire');
  const end = await ends;
  await expect(widget.frame.getByRole('timer')).toHaveText(/0:\d\d/);
  for (const frame of page.frames()) await frame.evaluate(() => void (window.wrongBy = 3_600_000));
  const rest = Number((await widget.frame.getByRole('timer').innerText()).match(/0:(\d\d)/)![1]);
  expect(Math.abs(rest - (end - Date.now()) / 1_000)).toBeLessThan(2.5);
  await widget.code.fill('1234');
  await widget.button('Continue').click();
  await widget.finish('MFA Bank');
});

test.describe('an answer that comes too late', () => {
  test.use({ expectedNoise: [/status of 409/] });

  test('a server that does not say what time it is: no countdown, and an answer that is too late is told so', async ({ shop, server, page, context }) => {
    await context.route('**/v1/**', async (route) => {
      // The test may have ended meanwhile.
      const response = await route.fetch().catch(() => undefined);
      if (!response) return;
      const { date, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
    const widget = await shop.open(await server.token());
    await widget.choose('mfa bank', 'MFA Bank');
    const ends = endOfQuestion(page);
    await widget.login('user_good', 'expire');
    const end = await ends;
    await expect(widget.code).toBeVisible();
    await expect(widget.frame.getByRole('timer')).toHaveCount(0);
    await expect.poll(() => Date.now() - end, { timeout: 30_000 }).toBeGreaterThan(500);
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await expect(widget.alert).toHaveText(/Time ran out/);
    await widget.code.fill('1234');
    await widget.button('Continue').click();
    await widget.finish('MFA Bank');
    const asked = told.asked('code');
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...asked, ...told.answered, ...asked, ...told.answered, ...told.connected, 'success');
  });
});
