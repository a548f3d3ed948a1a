// Cuts the linked program in two: what is needed up to the list of banks, and the rest, which the page fetches when the
// list can be used. src/rest.rs marks where.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ENABLED, WASM_OPT, integrity, named, shortened } from './minify.mjs';
import { blankPlaces, snip } from './snip.mjs';

/** What was linked, before any tool for JavaScript has touched it. */
const LINKED = join(process.env.CARGO_TARGET_DIR ?? 'target', 'wasm32-unknown-unknown/widget/connect-widget.wasm');
/** The module by whose name the later part imports what it shares with the first. */
const SHARED = '__wasm_split';
const LOADER = `${SHARED}_load_rest`;
/** To read the text of a panic while developing: `CONNECT_PANICS=1 cargo xtask build`. */
const KEEPS_PANICS = Boolean(process.env.CONNECT_PANICS);
const OPTIMISED = ['--flatten', '--rereloop', '-Oz', '-Oz', '-Oz', '--strip-producers', ...ENABLED];

/**
 * @param {string} folder Gets the later part.
 * @param {string} css What the later part's screens look like: it carries it as a section of its own.
 * @returns {Promise<{glue: string, first: Buffer, names: Record<string, string>, defined: Record<string, string>}>} The first
 * part with the script that belongs to it, by which names they know each other, and what the script is told of the later part.
 */
export async function cut(folder, css) {
  const work = await mkdtemp(join(tmpdir(), 'connect-cut-'));
  try {
    run('wasm-split-cli', [LINKED, join(work, 'cut'), '--out-name', 'widget']);
    // It keeps what the later part asks the first for.
    run('wasm-bindgen', ['--target', 'web', '--no-typescript', '--keep-lld-exports', '--out-dir', work, '--out-name', 'widget', join(work, 'cut/widget.wasm')]);
    const path = join(work, 'widget_bg.wasm');
    const [first, program] = [await optimised(path), await optimised(join(work, 'cut/split_rest.wasm'))];
    if (!KEEPS_PANICS && !blankPlaces([first, program])) throw new Error('No place of a panic was found in the program: their form has changed.');
    const rest = Buffer.concat([program, section('css', css)]);
    await writeFile(path, first);
    const names = shortened(path);
    const file = `connect-rest-${named(rest)}.wasm`;
    await writeFile(join(folder, file), rest);
    const script = await readFile(join(work, 'widget.js'), 'utf8');
    return {
      glue: glued(script, names, sharedBy(rest)),
      first: await readFile(path),
      names,
      defined: { REST_FILE: JSON.stringify(file), REST_INTEGRITY: JSON.stringify(integrity(rest)) },
    };
  } finally {
    await rm(work, { recursive: true });
  }
}

async function optimised(path) {
  if (!KEEPS_PANICS) {
    const { program, functions } = snip(await readFile(path));
    if (!functions) throw new Error(`${path}: no function of a panic was found: their names have changed.`);
    await writeFile(path, program);
  }
  run(WASM_OPT, [path, ...OPTIMISED, '-o', path]);
  return readFile(path);
}

/** A custom section of WebAssembly: its content is read by name. */
function section(name, content) {
  const named = [Buffer.from(name), Buffer.from(content)];
  const body = Buffer.concat([leb128(named[0].length), ...named]);
  return Buffer.concat([Buffer.of(0), leb128(body.length), body]);
}

function leb128(number) {
  const bytes = [];
  for (; number > 127; number >>>= 7) bytes.push((number & 127) | 128);
  return Buffer.of(...bytes, number);
}

function sharedBy(rest) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(rest));
  const other = imports.find(({ module }) => module !== SHARED);
  if (other) throw new Error(`The later part imports ${other.module}.${other.name}, which nobody gives it.`);
  return imports.map(({ name }) => name);
}

/** The page begins the program once, with what it fetches by itself: the script's other ways of beginning are left out. */
const BEGIN = `export default async ({ module_or_path }) => {
  const { instance, module } = await __wbg_load(await module_or_path, __wbg_get_imports());
  return __wbg_finalize_init(instance, module);
};`;

/** The script of wasm-bindgen, without what the program does not import any more, and with the loader of the later part. */
function glued(script, names, shared) {
  // Names in an array stay as they are; the properties beside them get the first part's short ones.
  const pairs = shared.map((name) => `[${JSON.stringify(name)}, wasm.${name}]`).join(', ');
  const loader = `${LOADER}: (done, data) => loadRest([${pairs}], wasm.__indirect_function_table, done, data),`;
  const replaced = [
    [/^import \* as (\w+) from "\.\/__wasm_split\.js"$/m, `import { loadRest } from ${JSON.stringify(resolve('xtask/js/rest.mjs'))};`],
    [/^ *"\.\/__wasm_split\.js": \w+,$/m, ''],
    [/(const import0 = \{\n)/, `$1        ${loader}\n`],
    [/^export \{ initSync, __wbg_init as default \};$/m, BEGIN],
  ];
  for (const [wanted, instead] of replaced) {
    if (!wanted.test(script)) throw new Error(`wasm-bindgen's script has no ${wanted}: its form has changed.`);
    script = script.replace(wanted, instead);
  }
  return script.replaceAll(/^ {8}(\w+): function\(.*?\n {8}\}(, arguments\); \})?,\n/gms, (whole, name) => (name in names ? whole : ''));
}

function run(program, options) {
  try {
    execFileSync(program, options, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`${program} is missing. \`cargo xtask build\` brings it.`);
    throw new Error(`${program} failed:\n${String(error.stderr).slice(-2000)}`);
  }
}
