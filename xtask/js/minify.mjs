// Minifies wasm-bindgen's JavaScript, which Trunk's own minifier cannot read, shortens the names by which it and the
// program know each other, and names what the page loads after its content, so that a file name never stands for two contents.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';
import { SCRIPT_TARGET } from './browsers.mjs';

const require = createRequire(import.meta.url);
export const WASM_OPT = join(dirname(require.resolve('binaryen/package.json')), 'bin/wasm-opt');
/** What rustc's wasm32-unknown-unknown and wasm-bindgen use. */
export const FEATURES = ['bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];

const NAMED_BY_TRUNK = /^(.+?)-[0-9a-f]{6,16}(_bg\.wasm|\.js)$/;

export async function minifyGlue(folder) {
  const index = join(folder, 'index.html');
  let html = await readFile(index, 'utf8');
  const files = (await readdir(folder)).filter((name) => NAMED_BY_TRUNK.test(name));
  // The program first: its names are the script's as well.
  let names;
  for (const name of files.sort((a, b) => b.endsWith('.wasm') - a.endsWith('.wasm'))) {
    const [, stem, ending] = name.match(NAMED_BY_TRUNK);
    const path = join(folder, name);
    const before = await readFile(path);
    if (ending !== '.js') names = shortened(path);
    const after = ending === '.js' ? Buffer.from(await minified(before, names)) : await readFile(path);
    const newName = `${stem}-${createHash('sha256').update(after).digest('hex').slice(0, 16)}${ending}`;
    if (!html.includes(name)) throw new Error(`index.html does not load ${name}`);
    html = html.replaceAll(name, newName);
    if (ending === '.js') html = html.replaceAll(integrity(before), integrity(after));
    await writeFile(path, after);
    await rename(path, join(folder, newName));
  }
  await writeFile(index, html);
}

/** Gives imports and exports short names, and tells which: each has a hash in its long one, which no compression makes smaller. */
function shortened(wasm) {
  const flags = ['-Oz', '--strip-producers', '--minify-imports-and-exports-and-modules', ...FEATURES.map((name) => `--enable-${name}`)];
  const mapping = execFileSync(WASM_OPT, [wasm, ...flags, '-o', wasm], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const { imports, exports } = JSON.parse(mapping);
  const modules = new Set(imports.map(([module]) => module));
  if (modules.size !== 1) throw new Error(`The program imports from ${[...modules].join(', ')}: these would all be called "a".`);
  return Object.fromEntries([
    ...imports.map(([module]) => [module, 'a']),
    ...imports.map(([, long, short]) => [long, short]),
    ...exports,
  ]);
}

async function minified(code, names) {
  const exactly = Object.keys(names).map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const result = await transform(code, {
    minify: true,
    format: 'esm',
    target: SCRIPT_TARGET,
    legalComments: 'none',
    mangleProps: new RegExp(`^(${exactly.join('|')})$`),
    mangleQuoted: true,
    mangleCache: names,
  });
  return result.code;
}

/** As Trunk writes it, for a browser that refuses a file with another content. */
function integrity(content) {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}
