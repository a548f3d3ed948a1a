// What a person does in a window of WebKit: finds things by role and name, presses, types.
import { expect } from '@playwright/test';
import { type Browser, type Element as Found, Refused } from './driver';

/** Keys as the standard numbers them. */
export const KEYS = { enter: '\uE007', escape: '\uE00C', tab: '\uE004', down: '\uE015', space: ' ' };

export type Role = 'alert' | 'button' | 'combobox' | 'field' | 'heading' | 'link' | 'option' | 'radio' | 'checkbox';

export class Person {
  constructor(readonly browser: Browser) {}

  /** Waits for it to be there and to be seen. */
  async find(role: Role, name: string | RegExp = ''): Promise<Found> {
    let found: Found | null = null;
    await this.until(async () => (found = await this.seen(role, name)) !== null, `${role} ${name}`);
    return found!;
  }

  async press(role: Role, name: string | RegExp): Promise<void> {
    // What is drawn anew between the look and the click is looked for again.
    await this.until(async () => {
      const element = await this.seen(role, name);
      if (element) await this.browser.click(element);
      return element !== null;
    }, `${role} ${name}`);
  }

  async sees(role: Role, name: string | RegExp): Promise<void> {
    await this.find(role, name);
  }

  /** Keys to what has the focus, whatever that is. */
  async types(text: string): Promise<void> {
    await this.browser.press(...text);
  }

  /** Goes to the field first. */
  async fill(role: Role, name: string | RegExp, text: string): Promise<void> {
    const element = await this.find(role, name);
    // Clearing takes the focus away.
    await this.browser.clear(element);
    await this.browser.click(element);
    await this.types(text);
  }

  /** A choice of the bank's, whatever it calls it. */
  async pressValue(value: string): Promise<void> {
    await this.until(async () => {
      const choice = await this.browser.run((value) => document.querySelector(`form [value="${value}"]`)?.closest('label') as any, value);
      if (choice) await this.browser.click(choice);
      return Boolean(choice);
    }, value);
  }

  /** What stands at one of a form's fields. */
  async label(at: number): Promise<string> {
    let label = '';
    const read = (at: number) => (document.querySelectorAll('form input') as NodeListOf<HTMLInputElement>)[at]?.labels?.[0]?.innerText.trim() ?? '';
    await this.until(async () => (label = await this.browser.run(read, at)) !== '', `field ${at}`);
    return label;
  }

  /** Goes on past the screens with these titles. */
  async leaves(...titles: string[]): Promise<void> {
    const title = () => this.browser.run(() => document.querySelector('h1')?.innerText.trim() ?? '');
    await this.until(async () => ![...titles, ''].includes(await title()), `past ${titles}`);
  }

  async answers(question: RegExp, text: string): Promise<void> {
    await this.reads(question);
    await this.fill('field', '', text);
    await this.press('button', 'Continue');
  }

  async reads(text: RegExp): Promise<void> {
    await this.until(async () => text.test(await this.browser.run(() => document.body.innerText)), String(text));
  }

  async value(role: Role, name: string | RegExp = ''): Promise<string> {
    return this.browser.run((field: any) => field.value as string, await this.find(role, name));
  }

  /** By the Tab key. */
  async tabsTo(name: string): Promise<void> {
    await this.until(async () => {
      if ((await this.focused()) === name) return true;
      await this.types(KEYS.tab);
      return false;
    }, `${name} has the focus`);
  }

  /** The name of what has the focus, and nothing where that is the page. */
  async focused(): Promise<string> {
    return this.browser.run(() => {
      const element: any = document.activeElement;
      return element === document.body ? '' : (element?.labels?.[0]?.innerText || element?.innerText || '').trim();
    });
  }

  private seen(role: Role, name: string | RegExp): Promise<Found | null> {
    const [source, exact] = typeof name === 'string' ? [name, true] : [name.source, false];
    return this.browser.run(look, role, source, exact) as Promise<Found | null>;
  }

  /** A page that goes while it is asked is asked again. */
  async until(happens: () => Promise<boolean>, what: string): Promise<void> {
    const tried = () => happens().catch((error) => {
      if (error instanceof Refused) return false;
      throw error;
    });
    await expect.poll(tried, { message: what, intervals: [50, 100, 150] }).toBe(true);
  }
}

// Runs in the page.
function look(role: string, name: string, exact: boolean): any {
  const selectors: Record<string, string> = {
    alert: '[role=alert]',
    button: 'button, input[type=submit]',
    checkbox: 'input[type=checkbox]',
    combobox: '[role=combobox]',
    field: 'input:not([type=radio], [type=checkbox], [type=hidden], [type=submit]), textarea',
    heading: 'h1',
    link: 'a[href]',
    option: '[role=option]',
    radio: 'input[type=radio]',
  };
  const nameOf = (element: any): string => {
    const labels = [...(element.labels ?? [])].map((label: HTMLElement) => label.innerText).join(' ');
    return (element.getAttribute('aria-label') || labels || element.innerText || element.value || '').trim().replace(/\s+/g, ' ');
  };
  const fits = (element: Element): boolean => {
    // A row of the list is known by its bank, whatever stands beside it.
    if (role === 'option') return [...element.querySelectorAll('*')].some((part) => part.textContent!.trim() === name || (!exact && new RegExp(name, 'i').test(part.textContent!)));
    if (name === '') return role !== 'alert' || nameOf(element) !== '';
    return exact ? nameOf(element) === name : new RegExp(name, 'i').test(nameOf(element));
  };
  // A radio's own box may be hidden behind its tile.
  const isSeen = (element: Element): boolean => {
    const box = (role === 'radio' || role === 'checkbox' ? element.closest('label') ?? element : element).getBoundingClientRect();
    return box.width > 0 && box.height > 0 && !element.closest('[inert], [hidden]') && !element.matches(':disabled');
  };
  const found = [...document.querySelectorAll(selectors[role]!)].find((element) => isSeen(element) && fits(element));
  return (role === 'radio' || role === 'checkbox' ? found?.closest('label') ?? found : found) ?? null;
}
