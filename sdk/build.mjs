// Builds the SDK: node sdk/build.mjs [outdir=dist] → connect.js, connect.mjs, connect.d.ts
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
export const LIMIT = 4096;

/** Returns the gzipped size of connect.js in bytes. */
export async function buildSdk(outdir) {
  mkdirSync(outdir, { recursive: true });
  const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', charset: 'utf8' };
  await build({ ...common, entryPoints: [join(here, 'src/global.ts')], format: 'iife', outfile: join(outdir, 'connect.js') });
  await build({ ...common, entryPoints: [join(here, 'src/module.ts')], format: 'esm', outfile: join(outdir, 'connect.mjs') });
  writeFileSync(join(outdir, 'connect.d.ts'), declarations());
  return gzipSync(readFileSync(join(outdir, 'connect.js')), { level: 9 }).length;
}

/** One file for both forms: the module's exports, and the global `ConnectWidget` of the classic script. */
function declarations() {
  const out = mkdtempSync(join(tmpdir(), 'connect-types-'));
  try {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const flags = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', out];
    execFileSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.json'), ...flags], { stdio: 'inherit' });
    const read = (name) => readFileSync(join(out, name), 'utf8').replace(/^(import|export) .* from .*\n/gm, '');
    return `${read('api.d.ts')}${read('module.d.ts').replace(/^\/\*\* connect.mjs.*\n/, '')}export as namespace ConnectWidget;\n`;
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
