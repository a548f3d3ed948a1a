// Writes the page's style sheets so that the oldest browsers read them: `light-dark()` becomes a pair of custom properties,
// and no rule shares its selectors with one that they do not know.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'lightningcss';
import { STYLE_TARGETS } from './browsers.mjs';

/** The pair has short names; src/browser/look.rs writes a client's colours with them. */
const PAIR = /--lightningcss-(light|dark)/g;

export async function writeStylesDown(folder) {
  const index = join(folder, 'index.html');
  const html = await readFile(index, 'utf8');
  const styles = [];
  const bare = html.replace(/<style>([^]*?)<\/style>/g, (_, css) => (styles.push(css), styles.length === 1 ? '<style></style>' : ''));
  if (styles.length === 0) throw new Error('index.html has no <style>');
  await writeFile(index, bare.replace('<style></style>', () => `<style>${writtenDown(styles.join(''))}</style>`));
}

export function writtenDown(css) {
  const { code } = transform({ filename: 'index.html', code: Buffer.from(css), minify: true, targets: STYLE_TARGETS });
  return code.toString().replace(PAIR, '--$1');
}
