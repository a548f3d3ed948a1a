// What axe finds on every screen: on a phone in light colours, on a desk in dark ones, and at 400 % zoom.
import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { LANGUAGES } from '../e2e/support/words';
import { BROKEN, expect, languages, MIRRORED, spoken, states, test } from './support/test';

const PLACES = [
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
  { name: 'desk', width: 1280, height: 900, colorScheme: 'dark' },
  { name: '400 %', width: 320, height: 256, colorScheme: 'light' },
] as const;

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const state of states()) {
  for (const language of spoken(state)) {
    test(`${state} in ${language}: axe finds nothing, and nothing is cut`, async ({ page, show }) => {
      const found: string[] = [];
      await page.setViewportSize(PLACES[0]);
      await show(state, language);
      await page.evaluate(axe.source);
      await page.evaluate(arrived);
      // Its words change no colour.
      const places = language === 'en' || process.env.DEEP ? PLACES : PLACES.filter(({ name }) => name !== 'desk');
      for (const { name, width, height, colorScheme } of places) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        for (const fault of [...(await faults(page)), ...(await page.evaluate(unfit))]) found.push(`${name}: ${fault}`);
      }
      expect(found).toEqual([]);
    });
  }
}

test('axe finds what is pale, and what is small or cut is found', async ({ page, show }) => {
  await page.setViewportSize(PLACES[0]);
  await show('login', 'en');
  await page.evaluate(axe.source);
  await page.addStyleTag({ content: '.lead, .safety { color: #bbb !important } .primary { white-space: nowrap; font-size: 90px !important; overflow: hidden } .round { height: 20px !important }' });
  expect((await faults(page)).join()).toMatch(/color-contrast/);
  expect((await page.evaluate(unfit)).join()).toMatch(/Log in.* is cut.*Back.* px high|Back.* px high.*Log in.* is cut/);
});

test('the gallery shows all that is known of it', async ({ page, show }) => {
  await show(BROKEN, 'en');
  const shown = await page.evaluate(() => (window as unknown as { connectGallery: string[] }).connectGallery);
  expect(shown.toSorted()).toEqual([...states()].sort());
  expect([...languages()].sort()).toEqual([...LANGUAGES, MIRRORED].sort());
});

/** Until all has moved to its place that does not move for ever. Runs in the page. */
async function arrived(): Promise<void> {
  const ends = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  await Promise.all(ends.map(({ finished }) => finished));
}

/** What is cut off, and what is too small for a finger. Runs in the page. */
function unfit(): string[] {
  const found: string[] = [];
  const named = (element: Element) => `<${element.localName}> ${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}`;
  const isSeen = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  for (const element of document.querySelectorAll('a, button, [role=option], label:has(input), .searchbox input')) {
    const { height, width } = element.getBoundingClientRect();
    if (isSeen(element) && (height < 24 || width < 24)) found.push(`${named(element)} is ${width} × ${height} px high`);
  }
  for (const element of document.querySelectorAll('button, h1, .content, .card, p, li, label, a')) {
    const { scrollWidth, clientWidth } = element;
    if (isSeen(element) && clientWidth > 1 && scrollWidth > clientWidth + 1 && getComputedStyle(element).display !== 'inline') found.push(`${named(element)} is cut: ${scrollWidth} in ${clientWidth}`);
  }
  return found;
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate((values) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    return axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
  }, RULES);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
