// Makes Trunk's files small, and names what the page loads after its content, so that a file name never stands for two
// contents: the program cut in two, the script that is between it and the browser, and the page itself.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { SCRIPT_TARGET } from './browsers.mjs';

const require = createRequire(import.meta.url);
export const WASM_OPT = join(dirname(require.resolve('binaryen/package.json')), 'bin/wasm-opt');
/** What rustc's wasm32-unknown-unknown and wasm-bindgen use. */
export const FEATURES = ['bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];
/** So that binaryen's tools take them. */
export const ENABLED = FEATURES.map((name) => `--enable-${name}`);

/** The module that the tool which cuts the program names for its loader. */
const LOADERS = './__wasm_split.js';

const NAMED_BY_TRUNK = /^(.+?)-[0-9a-f]{6,16}(_bg\.wasm|\.js)$/;

/** `parts`: what Trunk's program has been cut into; without them it stays whole. */
export async function minifyGlue(folder, parts) {
  const index = join(folder, 'index.html');
  let html = await readFile(index, 'utf8');
  const files = (await readdir(folder)).filter((name) => NAMED_BY_TRUNK.test(name));
  let names = parts?.names;
  // The program first: its names are the script's as well.
  for (const name of files.sort((a, b) => b.endsWith('.wasm') - a.endsWith('.wasm'))) {
    const [, stem, ending] = name.match(NAMED_BY_TRUNK);
    const path = join(folder, name);
    const before = await readFile(path);
    if (ending !== '.js') names ??= shortened(path);
    const after = ending === '.js' ? await minified(parts?.glue ?? before, names, parts?.defined) : (parts?.first ?? (await readFile(path)));
    const newName = `${stem}-${named(after)}${ending}`;
    if (!html.includes(name)) throw new Error(`index.html does not load ${name}`);
    html = html.replaceAll(name, newName);
    if (ending === '.js') html = html.replaceAll(integrity(before), integrity(after));
    await rm(path);
    await writeFile(join(folder, newName), after);
  }
  await writeFile(index, html);
}

/** What stands in a file's name for its content. */
export function named(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/** Gives imports and exports short names, and tells which: each has a hash in its long one, which no compression makes smaller. */
export function shortened(wasm) {
  const flags = ['-Oz', '--strip-producers', '--strip-target-features', '--minify-imports-and-exports-and-modules', ...ENABLED];
  const mapping = execFileSync(WASM_OPT, [wasm, ...flags, '-o', wasm], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const { imports, exports } = JSON.parse(mapping);
  // All modules get the same name: the script hands over one.
  const modules = new Set(imports.map(([module]) => module).filter((module) => module !== LOADERS));
  if (modules.size !== 1) throw new Error(`The program imports from ${[...modules].join(', ')}: these would all be called "a".`);
  return Object.fromEntries([
    ...imports.map(([module]) => [module, 'a']),
    ...imports.map(([, long, short]) => [long, short]),
    ...exports,
  ]);
}

async function minified(code, names, define) {
  const exactly = Object.keys(names).map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const result = await build({
    stdin: { contents: code.toString(), resolveDir: 'xtask/js' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: SCRIPT_TARGET,
    legalComments: 'none',
    define,
    mangleProps: new RegExp(`^(${exactly.join('|')})$`),
    mangleQuoted: true,
    mangleCache: names,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** As Trunk writes it, for a browser that refuses a file with another content. */
export function integrity(content) {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}
