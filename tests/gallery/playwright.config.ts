// Every state of every screen, in every language: what axe finds, what a screen reader is given, what is seen.
// GALLERY: the gallery's build (`cargo xtask test gallery` makes it in target/gallery). DEEP: each state in each language.
import { defineConfig } from '@playwright/test';
import e2e from '../e2e/playwright.config';
import { projects } from '../e2e/support/browsers';

export default defineConfig({
  ...e2e,
  testDir: '.',
  outputDir: '../../reports/gallery',
  snapshotPathTemplate: '{testDir}/kept/{arg}{ext}',
  reporter: [['list'], ['json', { outputFile: '../../reports/gallery.json' }]],
  projects: projects().filter(({ name }) => name?.startsWith('chromium')),
});
