// Builds the SDK. `node sdk/build.mjs DIST`: what the widget's server has. `node sdk/build.mjs --package`: what the npm package has, into sdk/dist.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { SCRIPT_TARGET } from '../xtask/js/browsers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const LIMIT = 4096;
/** The package's name stands in package.json alone; what is written here of it is checked against that. */
export const { name: NAME, version: VERSION } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
/** The modules beside connect.mjs, each a subpath of the package. */
export const SUBPATHS = ['element', 'react', 'testing'];
/** What pages load from the server, of which a version never changes. */
export const SERVED = ['connect.js', 'connect.mjs', 'element.mjs', 'hints.mjs', 'later.mjs'];

/** `connect()`'s title in each language, by its tag. */
const titles = Object.fromEntries(
  readdirSync(join(here, '../languages')).map((file) => [file.replace('.json', '').toLowerCase(), JSON.parse(readFileSync(join(here, '../languages', file), 'utf8')).sdk.title]),
);

const common = { bundle: true, minify: true, target: SCRIPT_TARGET, legalComments: 'none', charset: 'utf8', external: ['react'], define: { TITLES: JSON.stringify(titles) } };
const source = (name) => join(here, `src/${name}.ts`);
const modules = { connect: source('module'), ...Object.fromEntries(SUBPATHS.map((name) => [name, source(name)])) };

/** Returns the gzipped size of connect.js in bytes. */
export async function buildSdk(outdir) {
  mkdirSync(outdir, { recursive: true });
  await build({ ...common, outdir, entryPoints: { ...modules, hints: source('hints'), later: source('later') }, format: 'esm', outExtension: { '.js': '.mjs' }, plugins: [oneModule('mjs')] });
  const define = { ...common.define, LATER: JSON.stringify(versioned(outdir, 'later.mjs').slice(1)) };
  await build({ ...common, outdir, entryPoints: { connect: source('global') }, format: 'iife', tsconfigRaw: {}, define });
  write(outdir, declarations('url?: string;'));
  keepVersion(outdir);
  return gzipSync(readFileSync(join(outdir, 'connect.js')), { level: 9 }).length;
}

/** The same modules, also as CommonJS for those who cannot import one (Jest), and what a package has beside its code. */
export async function buildPackage(folder = here) {
  const outdir = join(folder, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  await buildSdk(outdir);
  for (const [format, ending] of [['esm', 'mjs'], ['cjs', 'cjs']]) {
    // Where a package's code came from says nothing of where the widget is.
    const define = { ...common.define, 'import.meta.url': '""' };
    await build({ ...common, outdir, entryPoints: modules, format, outExtension: { '.js': `.${ending}` }, plugins: [oneModule(ending)], define });
  }
  write(outdir, declarations('url: string;'));
  for (const name of ['hints.mjs', 'later.mjs', 'connect.json', `v${VERSION}`]) rmSync(join(outdir, name), { recursive: true });
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(here, '..', name), join(folder, name));
}

/** What connect.js asks for has its content in its address, too: two builds of one version are kept apart by caches. */
function versioned(outdir, name) {
  const mark = createHash('sha384').update(readFileSync(join(outdir, name))).digest('hex').slice(0, 6);
  return `/v${VERSION}/${name}${name === 'later.mjs' ? `?${mark}` : ''}`;
}

/** The files under an address of their version, and a list of it with what `integrity` checks them by. */
function keepVersion(outdir) {
  const folder = `v${VERSION}`;
  mkdirSync(join(outdir, folder), { recursive: true });
  const files = {};
  for (const name of SERVED) {
    const text = readFileSync(join(outdir, name));
    writeFileSync(join(outdir, folder, name), text);
    files[name] = { path: versioned(outdir, name), integrity: `sha384-${createHash('sha384').update(text).digest('base64')}` };
  }
  writeFileSync(join(outdir, 'connect.json'), `${JSON.stringify({ version: VERSION, files }, null, 2)}\n`);
}

function write(outdir, files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(outdir, name), text);
}

/** What stands there once, replaced. */
function once(text, wanted, instead) {
  const parts = text.split(wanted);
  if (parts.length !== 2) throw new Error(`${wanted} is there ${parts.length - 1} times, not once`);
  return parts.join(instead);
}

/** Whoever uses connect() loads the one module that has it, so that there is one of it on a page. */
const oneModule = (ending) => ({
  name: 'one module',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/module$/ }, () => ({ path: `./connect.${ending}`, external: true })),
});

/**
 * `connect.d.ts` for the global of the classic script; a `.d.mts` beside each module and a `.d.cts` for CommonJS.
 * `url`: how the modules have this option; a script from the widget's server can do without.
 */
function declarations(url) {
  const out = mkdtempSync(join(tmpdir(), 'connect-types-'));
  try {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const flags = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', out];
    execFileSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.json'), ...flags], { stdio: 'inherit' });
    // Of a file's head only what the public needs: the types are public, how they are spread over files is not.
    const read = (name) => readFileSync(join(out, `${name}.d.ts`), 'utf8');
    const body = (name) => read(name).replace(/^\/\*\*.*\n/, '').replace(/^(import|export) .* from .*\n/gm, '');
    const subpath = (name, ending) => read(name).replace(/^\/\*\*.*\n/, '').replace(/'\.\/(api|module|lists)'/g, `'./connect.${ending}'`).replace(/'\.\/element'/g, `'./element.${ending}'`);
    const all = `/// <reference lib="esnext.disposable" />\n${body('api')}${body('module')}`;
    const asked = once(all, 'url?: string;', url);
    // Without an object there is no `url` in it.
    const module = url.includes('?') ? asked : once(asked, '(options?: PreloadOptions)', '(options: PreloadOptions)');
    return {
      'connect.d.ts': `${all}export as namespace ConnectWidget;\n`,
      'connect.d.mts': url.includes('?') ? `export * from './connect.js';\n${body('lists')}` : `${module}${body('lists')}`,
      'connect.d.cts': `${module}${body('lists')}`,
      ...Object.fromEntries(SUBPATHS.flatMap((name) => ['mjs', 'cjs'].map((ending) => [`${name}.d.${ending.replace('js', 'ts')}`, subpath(name, ending)]))),
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--package') await buildPackage();
  else {
    const size = await buildSdk(resolve(process.argv[2] ?? 'dist'));
    console.log(`connect.js: ${size} bytes gzip (limit ${LIMIT})`);
    if (size > LIMIT) process.exit(1);
  }
}
