// What a person does in the widget, found as a person finds it.
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

export class Widget {
  readonly search: Locator;
  readonly results: Locator;
  readonly username: Locator;
  readonly password: Locator;
  readonly alert: Locator;
  readonly code: Locator;
  readonly close: Locator;
  readonly back: Locator;
  readonly done: Locator;

  constructor(readonly frame: FrameLocator | Page) {
    this.search = frame.getByRole('combobox', { name: /bank/i });
    this.results = frame.getByRole('option');
    this.username = frame.getByLabel('Username', { exact: true });
    this.password = frame.getByLabel('Password', { exact: true });
    this.code = frame.locator('input[autocomplete="one-time-code"]');
    this.alert = frame.getByRole('alert').filter({ hasText: /\S/ });
    this.close = frame.getByRole('button', { name: 'Close', exact: true }).first();
    this.back = frame.getByRole('button', { name: 'Back', exact: true });
    this.done = frame.getByRole('button', { name: 'Done', exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  title(name: string | RegExp): Locator {
    return this.frame.getByRole('heading', { level: 1, name });
  }

  async choose(typed: string, bank: string, title: string | RegExp = `Log in to ${bank}`): Promise<void> {
    await this.search.fill(typed);
    await this.row(bank).click();
    await expect(this.title(title)).toBeVisible();
  }

  /** From now on no alert is missed, however short it is there. */
  async hearAlerts(): Promise<void> {
    await this.frame.locator('body').evaluate((body) => {
      const heard: string[] = [];
      const hear = () => body.querySelectorAll('[role=alert]').forEach((alert) => heard.push(alert.textContent));
      hear();
      new MutationObserver(hear).observe(body, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { heardAlerts: heard });
    });
  }

  heardAlerts(): Promise<string> {
    return this.frame.locator('body').evaluate(() => (window as unknown as { heardAlerts: string[] }).heardAlerts.join('\n'));
  }

  /** The row of a bank in the list. */
  row(bank: string): Locator {
    return this.results.filter({ has: this.frame.getByText(bank, { exact: true }) }).first();
  }

  async chooseDemo(): Promise<void> {
    await this.choose('demo', 'Demo');
  }

  async chooseFlinks(): Promise<void> {
    await this.choose('flinks', 'Flinks Capital');
  }

  async login(username: string, password: string): Promise<void> {
    await this.username.fill(username);
    await this.password.fill(password);
    await this.button('Log in').click();
  }

  async loginTo(bank: string, username: string, password: string): Promise<void> {
    await this.choose(bank.toLowerCase(), bank);
    await this.login(username, password);
  }

  async loginToDemo(username: string, password: string): Promise<void> {
    await this.chooseDemo();
    await this.login(username, password);
  }

  /** Picks one of the bank's choices. */
  async pick(choice: string | RegExp): Promise<void> {
    await this.frame.getByRole('radio', { name: choice }).check();
    await this.button('Continue').click();
  }

  /** Types an answer to the question. */
  async answer(question: string | RegExp, answer: string): Promise<void> {
    await expect(this.frame.getByText(question).first()).toBeVisible();
    await this.frame.getByRole('textbox').fill(answer);
    await this.button('Continue').click();
  }

  async finish(bank: string): Promise<void> {
    await expect(this.title(`${bank} is connected`)).toBeVisible();
    await this.done.click();
  }

  /** The login is asked for again: the name is kept, the password is empty and has the focus. */
  async asksLoginAgain(bank: string, username: string): Promise<void> {
    await expect(this.title(`Log in to ${bank}`)).toBeVisible();
    await expect(this.alert).toBeVisible();
    await expect(this.username).toHaveValue(username);
    await expect(this.password).toHaveValue('');
    await expect(this.password).toBeFocused();
  }
}

/** The pieces that every story's list of events is made of. */
export const told = {
  opened: ['opened', 'screen_shown search'],
  chosen: ['institution_selected', 'screen_shown credentials'],
  loggedIn: ['credentials_submitted', 'screen_shown connecting'],
  asked: (kind: 'text' | 'choice' | 'code' | 'device' | 'image' | 'image_choice' | 'approve') => [`question_asked ${kind}`, 'screen_shown question'],
  answered: ['answer_submitted', 'screen_shown connecting'],
  refused: ['failed invalid_credentials', 'screen_shown credentials'],
  connected: ['connected', 'screen_shown success'],
  failed: (code: string) => [`failed ${code}`, 'screen_shown failure'],
};
