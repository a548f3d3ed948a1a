// The person at a shop's page of another site, and at the widget in it.
import { expect } from '@playwright/test';
import type { Heard } from '../../e2e/support/host-page';
import type { Browser, Element } from './driver';
import { Person } from './person';

/** Of every host page; some have it as a `const`. */
declare const heard: unknown;

export class Shop extends Person {
  constructor(
    browser: Browser,
    private readonly origin: string,
  ) {
    super(browser);
  }

  /** Opens the widget by the page's button, and goes into it. */
  async open(token: string, options: object = {}): Promise<void> {
    await this.browser.go(this.origin);
    await this.pay(token, options);
    await this.intoWidget();
  }

  /** In the page that is open, without going into what opens. */
  async pay(token: string, options: object): Promise<void> {
    await this.browser.run((options) => void (window.options = options), { token, ...options });
    await this.press('button', 'Pay by bank');
  }

  /** A page that was written for another system: its settings stand in its address. */
  async visit(path: string, settings: object): Promise<void> {
    await this.browser.go(`${this.origin}${path}#${encodeURIComponent(JSON.stringify(settings))}`);
    await this.intoWidget();
  }

  async intoWidget(selector = 'iframe'): Promise<void> {
    await this.browser.frame(null);
    let frame: Element | null = null;
    const drawn = () => this.browser.run((selector) => document.querySelector(selector) as any, selector);
    await expect.poll(async () => (frame = await drawn())).not.toBeNull();
    await this.browser.frame(frame);
  }

  /** The widget's own page anew, in its frame. */
  async reload(): Promise<void> {
    await this.browser.run(() => {
      Object.assign(self, { isOld: true });
      location.reload();
    });
    await this.until(() => this.browser.run(() => !('isOld' in self)), 'a new page');
  }

  async choose(typed: string, bank: string, title: string | RegExp = `Log in to ${bank}`): Promise<void> {
    await this.fill('combobox', '', typed);
    await this.press('option', bank);
    await this.sees('heading', title);
  }

  async login(username: string, password: string): Promise<void> {
    await this.fill('field', 'Username', username);
    await this.fill('field', 'Password', password);
    await this.press('button', 'Log in');
  }

  async loginTo(bank: string, username: string, password: string): Promise<void> {
    await this.choose(bank.toLowerCase(), bank);
    await this.login(username, password);
  }

  async picks(choice: string | RegExp): Promise<void> {
    await this.press('radio', choice);
    await this.press('button', 'Continue');
  }

  async finish(bank: string): Promise<void> {
    await this.sees('heading', `${bank} is connected`);
    await this.press('button', 'Done');
  }

  /** The page was told this end, once, and was as before when it was told. */
  async ends(end: string): Promise<void> {
    await this.browser.frame(null);
    const told = async () => ((await this.browser.run(() => window.heard)) as Heard).filter(([kind]) => kind !== 'event');
    const ends = async () => (await told()).filter(([kind]) => kind !== 'clean').map(([kind, value]) => `${kind} ${value.code ?? value.reason ?? value.provider}`);
    await expect.poll(ends).toEqual([end]);
    expect((await told())[0]).toMatchObject(['clean', { frames: 0, overflow: '' }]);
  }

  /** A page that was written for another system was told something in these words. */
  async hears(words: string): Promise<void> {
    await this.browser.frame(null);
    await this.until(async () => (await this.browser.run(() => JSON.stringify(heard))).includes(`"${words}"`), words);
  }

  /** Does what opens a window, and goes into that one; gives the window it was in. */
  async intoWindow(opens: () => Promise<void>): Promise<string> {
    const here = await this.browser.window();
    const before = await this.browser.windows();
    await opens();
    let opened: string | undefined;
    await expect.poll(async () => (opened = (await this.browser.windows()).find((handle) => !before.includes(handle)))).toBeTruthy();
    await this.browser.into(opened!);
    return here;
  }

  /** From a window that has closed, or will. */
  async backTo(window: string): Promise<void> {
    await this.browser.into(window);
  }

  /** At the OAuth Bank's own page. */
  async logsInAtBank(): Promise<void> {
    await this.fill('field', 'Username', 'user_good');
    await this.fill('field', 'Password', 'anything');
    await this.press('button', /log in|sign in|continue/);
    await this.sees('button', 'Allow');
  }
}
