// How the built page gets its program: fetched once, by the page's first script, in every browser. Trunk preloads it for
// its own `fetch`, which Safari never gives it, so that it came twice there.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param {string} dist */
export async function startOnce(dist) {
  const path = join(dist, 'index.html');
  let page = await readFile(path, 'utf8');
  const [preload, address] = exactly(page, /<link[^>]* href="?(\/[^ ">]+_bg\.wasm)[^>]*>/);
  page = page.replace(preload, '');
  const rewrites = [
    [/["'`]connect-program["'`]/, JSON.stringify(address)],
    [new RegExp(`'${address}'`), 'self.connectProgram'],
  ];
  for (const [wanted, instead] of rewrites) page = page.replace(exactly(page, wanted)[0], instead);
  // Services that move a page's scripts about leave those alone that say so.
  page = page.replaceAll('<script', '<script data-cfasync=false');
  await writeFile(path, page);
}

/** What is found, which must be there once. */
function exactly(page, wanted) {
  const found = [...page.matchAll(new RegExp(wanted, 'g'))];
  if (found.length !== 1) throw new Error(`index.html: ${wanted} is there ${found.length} times, not once`);
  return found[0];
}
