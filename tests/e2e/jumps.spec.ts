// The page around an inline widget stays where it is, and so does its focus, until the user has come to the widget.
import type { FrameLocator, Page } from '@playwright/test';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

const ways: [name: string, open: (page: Page, server: { origin: string; token(): Promise<string> }, host: string) => Promise<FrameLocator>][] = [
  [
    'connect()',
    async (page, server) => {
      const token = await server.token();
      await page.evaluate((token) => void window.start({ token, container: '#slot' }), token);
      return page.frameLocator('#slot iframe');
    },
  ],
  [
    'an iframe by hand',
    async (page, server, host) => {
      const src = `${server.origin}/?origin=${host}&mode=inline#token=${await server.token()}`;
      await page.evaluate((src) => void ((document.querySelector('#own') as HTMLIFrameElement).src = src), src);
      return page.frameLocator('#own');
    },
  ],
];

for (const [name, open] of ways) {
  test(`${name}, far down in a page: nothing scrolls and the field that is typed in keeps the focus`, async ({ page, server, host }) => {
    await page.goto(`${host}/slots`);
    await page.evaluate(() => {
      const above = ['p', 'p', 'p'].map((tag) => Object.assign(document.createElement(tag), { className: 'tall' }));
      document.body.prepend(Object.assign(document.createElement('input'), { id: 'mine' }), ...above);
      Object.assign(window, { far: 0 });
      addEventListener('scroll', () => ((window as any).far = Math.max((window as any).far, scrollY)));
    });
    await page.locator('#mine').focus();
    const widget = new Widget(await open(page, server, host));
    for (const key of 'typed in the page') await page.keyboard.press(key === ' ' ? 'Space' : key);
    await expect(widget.results.first()).toBeAttached();
    await page.keyboard.type(', still');
    await expect(page.locator('#mine')).toHaveValue('typed in the page, still');
    await expect(page.locator('#mine')).toBeFocused();
    expect(await page.evaluate(() => [(window as any).far, scrollY])).toEqual([0, 0]);
    // From here the user works in it, and what they press is in sight.
    await widget.search.click();
    const stays = async (step: () => Promise<void>) => {
      const before = await page.evaluate(() => scrollY);
      await step();
      expect(Math.abs((await page.evaluate(() => scrollY)) - before)).toBeLessThan(200);
    };
    await stays(() => widget.choose('mfa bank', 'MFA Bank'));
    await widget.username.fill('user_good');
    await widget.password.fill('text');
    await stays(async () => {
      await page.keyboard.press('Enter');
      await expect(widget.frame.getByText(/barks/).first()).toBeVisible();
    });
    await widget.frame.getByRole('textbox').fill('dog');
    await stays(async () => {
      await page.keyboard.press('Enter');
      await expect(widget.title('MFA Bank is connected')).toBeVisible();
    });
  });
}
