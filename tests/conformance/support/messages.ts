// Every message that a page of the browser gets, kept outside of the page, so that it survives where the page goes.
import type { BrowserContext, Page } from '@playwright/test';

export interface Message {
  page: Page;
  origin: string;
  /** As the page got it, and a string where it got a string. */
  data: any;
}

export class Messages {
  readonly all: Message[] = [];

  static async of(context: BrowserContext): Promise<Messages> {
    const messages = new Messages();
    await context.exposeBinding('keepMessage', ({ page }, origin: string, json: string) => {
      messages.all.push({ page, origin, data: JSON.parse(json) ?? null });
    });
    await context.addInitScript(listen);
    return messages;
  }

  /** What the widget has told one page. */
  to(page: Page, widget: string): any[] {
    return this.all.filter((message) => message.page === page && message.origin === widget).map(({ data }) => data);
  }
}

// Runs in every frame; only a page's own window hears a widget.
function listen() {
  if (window.top !== window) return;
  const { keepMessage } = window as any;
  addEventListener('message', ({ data, origin }) => keepMessage(origin, JSON.stringify(data) ?? 'null'));
}
