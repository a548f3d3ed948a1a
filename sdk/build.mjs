// Builds the SDK: node sdk/build.mjs [outdir=dist] → connect.js, and a module with its types for each of the rest
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { SCRIPT_TARGET } from '../xtask/js/browsers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const LIMIT = 4096;
/** The modules beside connect.mjs, each a subpath of the package. */
export const SUBPATHS = ['element', 'react', 'testing'];

/** Returns the gzipped size of connect.js in bytes. */
export async function buildSdk(outdir) {
  mkdirSync(outdir, { recursive: true });
  const common = { bundle: true, minify: true, target: SCRIPT_TARGET, legalComments: 'none', charset: 'utf8', outdir };
  await build({ ...common, entryPoints: { connect: join(here, 'src/global.ts') }, format: 'iife', tsconfigRaw: {} });
  await build({
    ...common,
    entryPoints: { connect: join(here, 'src/module.ts'), ...Object.fromEntries(SUBPATHS.map((name) => [name, join(here, `src/${name}.ts`)])) },
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    external: ['react'],
    plugins: [oneModule],
  });
  for (const [name, text] of Object.entries(declarations())) writeFileSync(join(outdir, name), text);
  return gzipSync(readFileSync(join(outdir, 'connect.js')), { level: 9 }).length;
}

/** Whoever uses connect() loads connect.mjs, so that there is one of it on a page. */
const oneModule = {
  name: 'one module',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/module$/ }, () => ({ path: './connect.mjs', external: true })),
};

/** `connect.d.ts` for the global of the classic script; a `.d.mts` beside each module. */
function declarations() {
  const out = mkdtempSync(join(tmpdir(), 'connect-types-'));
  try {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const flags = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', out];
    execFileSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.json'), ...flags], { stdio: 'inherit' });
    // Of a file's head only what the public needs: the types are public, how they are spread over files is not.
    const read = (name) => readFileSync(join(out, `${name}.d.ts`), 'utf8');
    const body = (name) => read(name).replace(/^\/\*\*.*\n/, '').replace(/^(import|export) .* from .*\n/gm, '');
    return {
      'connect.d.ts': `/// <reference lib="esnext.disposable" />\n${body('api')}${body('module')}export as namespace ConnectWidget;\n`,
      'connect.d.mts': `export * from './connect.js';\n${body('lists')}`,
      ...Object.fromEntries(SUBPATHS.map((name) => [`${name}.d.mts`, read(name).replace(/^\/\*\*.*\n/, '').replace(/'\.\/(api|module|lists)'/g, "'./connect.mjs'")])),
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const outdir = resolve(process.argv[2] ?? 'dist');
  const size = await buildSdk(outdir);
  console.log(`connect.js: ${size} bytes gzip (limit ${LIMIT})`);
  if (size > LIMIT) process.exit(1);
}
