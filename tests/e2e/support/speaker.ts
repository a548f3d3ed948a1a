// A person who reads one language: finds everything by its role and by its name in that language, and by nothing else.
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { Words } from './words';

export class Speaker {
  private readonly words: Words;

  constructor(
    private readonly frame: FrameLocator | Page,
    language: string,
  ) {
    this.words = new Words(language);
  }

  async choose(typed: string, bank: string, title = 'later.login_title'): Promise<void> {
    await this.sees('first.search_title');
    await this.frame.getByRole('combobox', { name: this.words.text('first.search_label'), exact: true }).fill(typed);
    await this.frame.getByRole('option').filter({ has: this.frame.getByText(bank, { exact: true }) }).first().click();
    await this.sees(title, bank);
  }

  async login(username: string, password: string): Promise<void> {
    await this.field.first().fill(username);
    await this.field.last().fill(password);
    await this.presses('later.login_button');
  }

  async isRefused(): Promise<void> {
    await expect(this.frame.getByRole('alert').filter({ hasText: this.words.text('later.login_refused') })).toBeVisible();
    await expect(this.field.last()).toBeFocused();
  }

  /** One of the bank's choices, by what the bank calls it. */
  async picks(value: string): Promise<void> {
    await this.frame.getByRole('radio').and(this.frame.locator(`[value="${value}"]`)).check();
    await this.presses('later.continue');
  }

  async answers(answer: string): Promise<void> {
    const field = this.frame.getByRole('textbox');
    await expect(field).toHaveCount(1);
    await field.fill(answer);
    await this.presses('later.continue');
  }

  /** Where its title says where the code was sent. */
  async entersCode(code: string): Promise<void> {
    const [before = '', after = ''] = this.words.text('later.code_sent_title', '\0').split('\0');
    const title = this.frame.getByRole('heading', { level: 1 });
    await expect(title).toContainText(before.trim());
    await expect(title).toContainText(after.trim());
    await this.answers(code);
  }

  async finishes(bank: string): Promise<void> {
    await this.sees('later.success_title', bank);
    await this.presses('later.done');
  }

  async sees(title: string, name?: string): Promise<void> {
    await expect(this.frame.getByRole('heading', { level: 1, name: this.words.text(title, name), exact: true })).toBeVisible();
  }

  async presses(button: string, name?: string): Promise<void> {
    await this.frame.getByRole('button', { name: this.words.text(button, name), exact: true }).click();
  }

  /** A password's has no role, and is known by the words beside it. */
  private get field(): Locator {
    return this.frame.locator('form input:not([type=radio], [type=checkbox], [type=hidden])');
  }
}
