// Writes the public surface into api.md; the diff is what a reviewer reads.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSdk } from './build.mjs';

const out = mkdtempSync(join(tmpdir(), 'connect-api-'));
await buildSdk(out);
const api = new URL('api.md', import.meta.url);
const types = readFileSync(join(out, 'connect.d.ts'), 'utf8');
writeFileSync(api, readFileSync(api, 'utf8').replace(/```ts\n[^]*?```/, () => `\`\`\`ts\n${types}\`\`\``));
rmSync(out, { recursive: true });
