// The client packages as their publishers ship them, made ready for a page.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../../..');

/** Already a script for pages; it sets `window.Wealthica`. */
export const wealthica = (): string => readFileSync(resolve(root, 'node_modules/wealthica-sdk-js/dist/wealthica.js'), 'utf8');

/** A module with its one dependency. */
export async function moneykit(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { default } from '@moneykit/connect';`, resolveDir: root },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0]!.text;
}
