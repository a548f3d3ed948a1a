// Takes a picture of every state in the gallery, and fails where one of them throws or says anything in the console.
// node xtask/js/screens.mjs [--lang TAG,…|all] [NAME…]; `cargo xtask screens` builds the gallery first.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './chromium.mjs';
import { PLACES } from './gallery-places.mjs';
import { languages, serve, states } from './gallery.mjs';
import { index } from './screens-index.mjs';

const { GALLERY, REPORTS } = process.env;
const { wanted, spoken } = asked(process.argv.slice(2));

const server = await serve(GALLERY);
const browser = await launch();
const noise = [];
let pictures = 0;
try {
  if (wanted.length === 0) await rm(REPORTS, { recursive: true, force: true });
  await mkdir(REPORTS, { recursive: true });
  const names = states().filter((name) => wanted.length === 0 || wanted.some((begin) => name.startsWith(begin)));
  if (names.length === 0) throw new Error(`The gallery has no state that begins with ${wanted.join(' or ')}.`);
  for (const [place, look] of Object.entries(PLACES)) {
    const context = await browser.newContext(look.context);
    for (const language of spoken) {
      for (const name of names) await picture(context, look, name, language, join(REPORTS, `${name}.${place}.${language}.png`));
    }
    await context.close();
  }
  await writeFile(join(REPORTS, 'index.html'), await index(REPORTS));
} finally {
  await browser.close();
  server.close();
}
for (const line of noise) console.error(line);
console.log(`${pictures} pictures; look through them in ${join(REPORTS, 'index.html')}`);
process.exitCode = noise.length > 0 ? 1 : 0;

/** The states and the languages of the command line; English where no language is named. */
function asked(words) {
  const at = words.indexOf('--lang');
  if (at < 0) return { wanted: words, spoken: ['en'] };
  const known = languages(GALLERY);
  const tags = words[at + 1] === 'all' ? known : (words[at + 1] ?? '').split(',');
  const unknown = tags.filter((tag) => !known.includes(tag));
  if (unknown.length > 0) throw new Error(`--lang takes ${known.join(', ')} or all, and no “${unknown.join(', ')}”.`);
  return { wanted: words.toSpliced(at, 2), spoken: tags };
}

async function picture(context, { text = 1 }, name, language, path) {
  const page = await context.newPage();
  // One picture is of a program that has failed, which the console does tell.
  const failed = name === 'broken';
  const hear = (words) => noise.push(`${name} in ${language}: ${words}`);
  page.on('console', (message) => failed || hear(message.text()));
  page.on('pageerror', (error) => failed || hear(error.message));
  await page.goto(`${server.origin}/host?gallery=${name}&lang=${language}`);
  const frame = page.frameLocator('iframe');
  // As a browser does whose user wants letters of that size.
  await frame.locator('html').evaluate((root, text) => root.style.setProperty('font-size', `${100 * text}%`), text);
  await frame
    .locator(failed ? '#broken .screen' : 'main .screen')
    .waitFor({ timeout: 10_000 })
    .then(
      () => page.screenshot({ path, animations: 'disabled' }),
      () => hear('nothing is shown'),
    );
  pictures++;
  await page.close();
}
