// Writes the page's style sheets so that the oldest browsers read them: `light-dark()` becomes a pair of custom properties,
// and no rule shares its selectors with one that they do not know.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'lightningcss';
import { STYLE_TARGETS } from './browsers.mjs';

/** What only the screens after the list of banks need: with them it comes. */
const LATER = ['style/choices.css', 'style/later.css'];

/** The pair has short names; src/browser/look.rs writes a client's colours with them. */
const PAIR = /--lightningcss-(light|dark)/g;

/** @returns {Promise<string>} The style sheet of the later part. */
export async function laterStyles() {
  const sheets = await Promise.all(LATER.map((file) => readFile(file, 'utf8')));
  return writtenDown(sheets.join(''));
}

/** @param {string} folder @param {string} more What the page's own sheet has besides. */
export async function writeStylesDown(folder, more = '') {
  const index = join(folder, 'index.html');
  const html = await readFile(index, 'utf8');
  const styles = [];
  const bare = html.replace(/<style>([^]*?)<\/style>/g, (_, css) => (styles.push(css), styles.length === 1 ? '<style></style>' : ''));
  if (styles.length === 0) throw new Error('index.html has no <style>');
  await writeFile(index, bare.replace('<style></style>', () => `<style>${writtenDown(styles.join(''))}${more}</style>`));
}

export function writtenDown(css) {
  const { code } = transform({ filename: 'index.html', code: Buffer.from(css), minify: true, targets: STYLE_TARGETS });
  return code.toString().replace(PAIR, '--$1');
}
