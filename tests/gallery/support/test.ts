// The test function of the gallery's specs: its server, and a page that shows one of its states.
import { test as base, expect, type Page } from '@playwright/test';
import { resolve } from 'node:path';
import { languages as allLanguages, serve, states as allStates } from '../../../xtask/js/gallery.mjs';

export { expect };

const FOLDER = resolve(import.meta.dirname, '../../..', process.env.GALLERY ?? 'target/gallery');

export const states = (): string[] => allStates() as string[];
export const languages = (): string[] => allLanguages(FOLDER) as string[];

/** This one fails, which the console does tell. */
export const BROKEN = 'broken';

interface PerTest {
  /** Shows a state in a language; until its words are there. */
  show(state: string, language: string): Promise<void>;
}

export const test = base.extend<PerTest, { gallery: string }>({
  gallery: [
    async ({}, use) => {
      const server = await serve(FOLDER);
      await use(server.origin);
      server.close();
    },
    { scope: 'worker' },
  ],

  show: async ({ page, gallery }, use) => {
    const noise: string[] = [];
    let state = '';
    const hear = (words: string) => state === BROKEN || noise.push(words);
    page.on('console', (message) => hear(message.text()));
    page.on('pageerror', (error) => hear(error.message));
    await use(async (name, language) => {
      state = name;
      await page.goto(`${gallery}/?gallery=${name}&lang=${language}`);
      await expect(screen(page, name)).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('lang', language);
    });
    expect(noise).toEqual([]);
  },
});

export const screen = (page: Page, state: string) => page.locator(state === BROKEN ? '#broken .screen' : 'main .screen');

/** Written from right to left, longer than any other, and spoken by nobody. */
export const MIRRORED = 'ar-XB';

/**
 * In a run each state is shown in English and in one other language: every second one in the mirrored one, the others in one
 * that people speak, another for each. `--deep` shows each in all.
 */
export function spoken(state: string): string[] {
  if (process.env.DEEP) return languages();
  const at = states().indexOf(state);
  const [english, ...others] = languages().filter((tag) => tag !== MIRRORED);
  const mirrored = languages().includes(MIRRORED) && at % 2 === 0;
  const other = mirrored ? MIRRORED : others[(at >> 1) % others.length];
  return other ? [english!, other] : [english!];
}
