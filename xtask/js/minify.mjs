// Minifies wasm-bindgen's JavaScript, which Trunk's own minifier cannot read, and names what the page
// loads after its content, so that a file name never stands for two contents.
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';

const NAMED_BY_TRUNK = /^(.+?)-[0-9a-f]{6,16}(_bg\.wasm|\.js)$/;

export async function minifyGlue(folder) {
  const index = join(folder, 'index.html');
  let html = await readFile(index, 'utf8');
  for (const name of await readdir(folder)) {
    const [, stem, ending] = name.match(NAMED_BY_TRUNK) ?? [];
    if (!stem) continue;
    const path = join(folder, name);
    const before = await readFile(path);
    const after = ending === '.js' ? Buffer.from(await minified(before)) : before;
    const newName = `${stem}-${createHash('sha256').update(after).digest('hex').slice(0, 16)}${ending}`;
    if (!html.includes(name)) throw new Error(`index.html does not load ${name}`);
    html = html.replaceAll(name, newName);
    html = ending === '.js' ? html.replaceAll(integrity(before), integrity(after)) : withoutIntegrity(html, before);
    await writeFile(path, after);
    await rename(path, join(folder, newName));
  }
  await writeFile(index, html);
}

async function minified(code) {
  const result = await transform(code, { minify: true, format: 'esm', target: 'es2022', legalComments: 'none' });
  return result.code;
}

/** Browsers ignore the attribute on a preloaded wasm, and warn about it on every load. */
function withoutIntegrity(html, content) {
  const value = integrity(content);
  return html.replaceAll(` integrity="${value}"`, '').replaceAll(` integrity=${value}`, '');
}

/** As Trunk writes it, for a browser that refuses a file with another content. */
function integrity(content) {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}
