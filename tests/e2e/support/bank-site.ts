// The OAuth Bank's own pages, as the person in its window sees them.
import { type BrowserContext, expect, type Page } from '@playwright/test';
import type { Widget } from './widget';

export class BankSite {
  constructor(readonly page: Page) {}

  /** Presses the widget's button and waits for the window. */
  static async openedBy(context: BrowserContext, press: () => Promise<void>): Promise<BankSite> {
    const [page] = await Promise.all([context.waitForEvent('page'), press()]);
    return new BankSite(page);
  }

  static async of(widget: Widget, context: BrowserContext): Promise<BankSite> {
    return BankSite.openedBy(context, () => widget.button(/^Continue to/).click());
  }

  async login(username = 'user_good', password = 'anything'): Promise<void> {
    await this.page.getByLabel('Username').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: /log in|sign in|continue/i }).click();
    await expect(this.button('Allow')).toBeVisible();
  }

  /** Logs in and allows the access. */
  async allow(): Promise<void> {
    await this.login();
    await this.button('Allow').click();
  }

  button(name: string): ReturnType<Page['getByRole']> {
    return this.page.getByRole('button', { name });
  }
}
