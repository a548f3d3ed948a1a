// What a test does with the stand-in widget on a host page.
import type { Frame, Page } from '@playwright/test';

export const SUCCESS = { institution_id: 'inst_1', provider: 'demo', provider_name: 'Demo', accounts: [] };
export const INIT = { connect_widget: 1, type: 'init', token: 'the-token' };

export const payButton = (page: Page) => page.getByRole('button', { name: 'Pay by bank' });

/** Clicks, and gives the widget's frame once it has spoken. */
export async function open(page: Page, url: string, options?: object): Promise<Frame> {
  await page.goto(url);
  await page.evaluate((options) => (window.options = options), options);
  await payButton(page).click();
  return widgetFrame(page);
}

/** Of the iframes that the selector finds, the one at that place. */
export async function widgetFrame(page: Page, at = 0, selector = 'iframe'): Promise<Frame> {
  const frame = await (await page.locator(selector).nth(at).elementHandle())!.contentFrame();
  await frame!.waitForFunction(() => 'got' in window);
  return frame!;
}

export const got = (frame: Frame | Page) => frame.evaluate(() => window.got);
export const tell = (frame: Frame | Page, type: string, rest?: object) =>
  frame.evaluate(([type, rest]) => window.tell(type, rest), [type, rest] as const);

/** What the widget was opened with, in its query and its fragment. */
export const parameters = (address: string) => {
  const { searchParams, hash } = new URL(address);
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);
};
