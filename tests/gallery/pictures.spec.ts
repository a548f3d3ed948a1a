// Twenty screens look as they did: where things stand and in which colours. All letters are blocks (support/blocks.py), so that
// no machine's fonts matter.
// `cargo xtask screens --accept` keeps how they look now; look at the change in kept/pictures first.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { differs } from './support/picture';
import { expect, test } from './support/test';

const PLACES = {
  phone: { width: 390, height: 840, colorScheme: 'light' },
  desk: { width: 900, height: 780, colorScheme: 'dark' },
} as const;

type Place = keyof typeof PLACES;

const SCREENS: [state: string, place: Place][] = [
  ['starting', 'phone'],
  ['consent', 'phone'],
  ['search', 'phone'],
  ['search', 'desk'],
  ['search-results', 'phone'],
  ['search-nothing-found', 'phone'],
  ['search-offline', 'phone'],
  ['warning-down', 'phone'],
  ['login', 'phone'],
  ['login', 'desk'],
  ['login-refused', 'phone'],
  ['login-all-fields', 'desk'],
  ['oauth', 'phone'],
  ['connecting-calm', 'phone'],
  ['question-code', 'phone'],
  ['question-choice', 'desk'],
  ['question-image-choice', 'phone'],
  ['accounts-several', 'phone'],
  ['success', 'desk'],
  ['failure-temporary_failure', 'phone'],
];

const BLOCKS = readFileSync(join(import.meta.dirname, 'support/blocks.woff2')).toString('base64');
const FONT = `@font-face { font-family: Blocks; src: url(data:font/woff2;base64,${BLOCKS}) } :root { --font: Blocks !important }`;

test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const [state, place] of SCREENS) {
  test(`${state} on a ${place} looks as it did`, async ({ page, show }) => {
    await stand(page, place);
    await show(state, 'en');
    await drawBlocks(page);
    expect(await differs(page, `${state}.${place}`)).toMatchObject({ isOther: false });
  });
}

for (const [change, content] of [
  ['mirrored', 'html { direction: rtl }'],
  ['a button that is gone', '.primary { display: none !important }'],
  ['a button of another colour', ':root { --accent: #6b7787 !important }'],
  ['a part that has moved', 'h1 { margin-top: 30px !important }'],
  ['letters that are larger', 'html { font-size: 130% !important }'],
  ['without its style sheet', '.screen, .screen * { all: revert !important }'],
] as const) {
  test(`${change}: another picture`, async ({ page, show }) => {
    await stand(page, 'phone');
    await show('login', 'en');
    await drawBlocks(page);
    await page.addStyleTag({ content });
    expect(await differs(page, 'login.phone')).toMatchObject({ isOther: true });
  });
}

async function drawBlocks(page: Page): Promise<void> {
  await page.addStyleTag({ content: FONT });
  const loaded = await page.evaluate(async () => (await document.fonts.load('16px Blocks')).length);
  expect(loaded).toBe(1);
}

async function stand(page: Page, place: Place): Promise<void> {
  const { width, height, colorScheme } = PLACES[place];
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
}
