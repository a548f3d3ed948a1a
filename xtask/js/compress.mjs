// Writes a .br (level 11) and a .gz (level 9) beside every file of a folder that gets smaller by it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const COMPRESSIBLE = /\.(css|html|js|json|mjs|svg|ts|txt|wasm)$/;

export async function compressAll(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name));
  await Promise.all(files.map((entry) => compress(join(entry.parentPath ?? entry.path, entry.name))));
}

function smaller(content, postfix, direct) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
    [constants.BROTLI_PARAM_NDIRECT]: direct,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  return promisify(brotliCompress)(content, { params });
}

async function compress(path) {
  const content = await readFile(path);
  // Which distances should have short codes depends on the content: the best of four is taken.
  const distances = [[0, 0], [0, 8], [0, 15], [1, 16]];
  const tries = await Promise.all(distances.map(([postfix, direct]) => smaller(content, postfix, direct)));
  const best = tries.reduce((best, other) => (other.length < best.length ? other : best));
  await writeFile(`${path}.br`, best);
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}
