// Writes the public surface into api.md; the diff is what a reviewer reads.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSdk } from './build.mjs';

/** Each block of types stands under a heading with the name of its file; `out`: a built SDK. */
export const withTypes = (text, out) =>
  text.replace(/^(## `([\w.]+)`\n[^]*?```ts\n)[^]*?```/gm, (_, head, name) => `${head}${readFileSync(join(out, name), 'utf8')}\`\`\``);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = mkdtempSync(join(tmpdir(), 'connect-api-'));
  await buildSdk(out);
  const api = new URL('api.md', import.meta.url);
  writeFileSync(api, withTypes(readFileSync(api, 'utf8'), out));
  rmSync(out, { recursive: true });
}
