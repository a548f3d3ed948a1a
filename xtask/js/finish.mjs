// Trunk's post_build hook: makes its staging folder a complete dist before Trunk moves it into place.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { compressAll } from './compress.mjs';
import { cut } from './cut.mjs';
import { minifyGlue } from './minify.mjs';
import { startOnce } from './start.mjs';
import { laterStyles, writeStylesDown } from './styles.mjs';
import { writeWords } from './words.mjs';

const staging = process.env.TRUNK_STAGING_DIR;
if (!staging) throw new Error('Trunk runs this, with TRUNK_STAGING_DIR set.');

// The pages for `cargo xtask screens` are looked at here and served to nobody.
const isGallery = Boolean(process.env.CONNECT_GALLERY);
const later = await laterStyles();
await minifyGlue(staging, isGallery ? undefined : await cut(staging, later));
await startOnce(staging);
await writeStylesDown(staging, isGallery ? later : undefined);
await writeWords(staging, isGallery);
if (isGallery) process.exit();
execFileSync(process.execPath, [resolve('sdk/build.mjs'), staging], { stdio: 'inherit' });
await compressAll(staging);
