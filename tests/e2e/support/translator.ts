// A translator as browsers have them: it puts elements of its own in the place of our text, and does so again for what is new.
import type { Page } from '@playwright/test';

/** In every frame whose page is the widget's, from its start. It minds no `translate="no"`: the worst there is. */
export async function translate(page: Page, origin: string): Promise<void> {
  await page.addInitScript((origin) => {
    if (location.origin !== origin) return;
    const translated = (node: Text) => {
      if (!node.data.trim() || !node.parentElement || node.parentElement.closest('font, script, style')) return;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      inner.textContent = `«${node.data}»`;
      outer.append(inner);
      node.replaceWith(outer);
    };
    const all = () => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: Text[] = [];
      while (texts.nextNode()) found.push(texts.currentNode as Text);
      found.forEach(translated);
    };
    let waits = 0;
    const later = () => {
      if (!waits) waits = window.setTimeout(() => ((waits = 0), all()), 60);
    };
    addEventListener('DOMContentLoaded', () => {
      document.documentElement.lang = 'de';
      all();
      new MutationObserver(later).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, origin);
}
