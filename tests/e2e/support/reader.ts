// What a screen reader would say: what gets the focus, and what changes in a live region, each at the moment it does.
import type { BrowserContext, FrameLocator, Page } from '@playwright/test';

declare global {
  interface Window {
    spoken: string[];
  }
}

export class Reader {
  private constructor(private readonly frame: FrameLocator | Page) {}

  /** Before the page is opened. */
  static async listen(context: BrowserContext, frame: FrameLocator | Page): Promise<Reader> {
    await context.addInitScript(listen);
    return new Reader(frame);
  }

  /** All of it up to now. */
  spoken(): Promise<string[]> {
    return this.frame.locator('body').evaluate(() => window.spoken);
  }
}

// Runs in every frame.
function listen() {
  const LIVE = '[role=status], [role=alert], [role=log], [aria-live]';
  const spoken: string[] = (window.spoken = []);
  const said = new WeakMap<Element, string>();

  /** What is in an element for somebody who does not see it. */
  const words = (node: Node): string => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element)) return '';
    const { display, visibility } = getComputedStyle(node);
    if (display === 'none' || visibility === 'hidden' || node.ariaHidden === 'true' || node.closest('[inert]')) return '';
    const inner = node.ariaLabel ?? (node instanceof HTMLImageElement ? node.alt : [...node.childNodes].map(words).join(' '));
    return inner;
  };
  const clean = (text: string) => text.replace(/\s+/g, ' ').trim();

  const hear = (region: Element) => {
    const { ariaLive, role } = region as HTMLElement;
    if (ariaLive === 'off') return;
    // A part that keeps silent does not speak as a part of another one either.
    const quiet = [...region.querySelectorAll('[aria-live=off]')].map(words);
    // What stands in a part that is hidden is not spoken.
    const text = region.checkVisibility({ visibilityProperty: true }) ? clean(words(region)) : '';
    const news = quiet.reduce((text, part) => clean(text.replace(clean(part), '')), text);
    if (news !== '' && said.get(region) !== news) spoken.push(`${role ?? ariaLive}: ${text}`);
    said.set(region, news);
  };

  const observer = new MutationObserver((records) => {
    const regions = new Set<Element>();
    for (const { target, addedNodes } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const around = element?.closest(LIVE);
      if (around) regions.add(around);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches(LIVE)) regions.add(node);
        node.querySelectorAll(LIVE).forEach((region) => regions.add(region));
      }
    }
    for (const region of regions) if (region.isConnected) hear(region);
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['hidden', 'aria-label', 'style', 'class'] });

  addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const labels = target instanceof HTMLInputElement ? [...(target.labels ?? [])].map((label) => label.textContent).join(' ') : '';
    const name = clean(target.ariaLabel ?? (labels || words(target)));
    // What a field is described by is read with it.
    const described = target.getAttribute('aria-describedby')?.split(' ').map((id) => document.getElementById(id)) ?? [];
    const description = clean(described.map((part) => (part ? words(part) : '')).join(' '));
    spoken.push(['focus:', name, description && `(${description})`].filter(Boolean).join(' '));
  });
}
