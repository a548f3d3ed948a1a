// In a language that is written from right to left, what stands at one side of a screen stands at the other one.
import type { Page } from '@playwright/test';
import { expect, MIRRORED, test } from './support/test';

const WIDTH = 390;
/** What has a side, whatever the words beside it. */
const SIDED = 'header .round, .searchbox > .icon, .searchbox > .round, .reveal, .box > svg, .screen > .logo, .banks .logo, .choice input, .choice .picture';

test.use({ viewport: { width: WIDTH, height: 844 }, contextOptions: { reducedMotion: 'reduce' } });

/** From the side at which lines begin, in pixels. */
const sides = (page: Page, selector: string) =>
  page.evaluate(
    ([selector, width]) => {
      const isMirrored = document.documentElement.dir === 'rtl';
      return [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility())
        .map((element) => element.getBoundingClientRect())
        .map(({ left, right }) => Math.round(isMirrored ? width - right : left));
    },
    [selector, WIDTH] as const,
  );

for (const state of ['search', 'search-results', 'login', 'question-choice', 'question-image-choice', 'accounts-several']) {
  test(`${state}: each thing stands at the other side`, async ({ page, show }) => {
    await show(state, 'en');
    const before = await sides(page, SIDED);
    expect(before.length).toBeGreaterThan(2);
    await show(state, MIRRORED);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    expect(await sides(page, SIDED)).toEqual(before);
  });
}

for (const [state, selector] of [
  ['search-results', '.searchbox input'],
  ['login', '.box:has(.reveal) input'],
  ['login-all-fields', '.box select'],
] as const) {
  test(`${state}: there is as much room beside what is typed`, async ({ page, show }) => {
    const room = () =>
      page.locator(selector).evaluate((field) => {
        const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(field);
        return [paddingInlineStart, paddingInlineEnd];
      });
    await show(state, 'en');
    const before = await room();
    await show(state, MIRRORED);
    expect(await room()).toEqual(before);
  });
}
