// Takes a picture of every state in the gallery, and fails where one of them throws or says anything in the console.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { launch } from './chromium.mjs';

const { GALLERY, REPORTS } = process.env;
const WANTED = process.argv.slice(2);
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const PLACES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desk: { viewport: { width: 900, height: 780 } },
};

const server = createServer(serve);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await launch();
const noise = [];
let pictures = 0;
try {
  if (WANTED.length === 0) await rm(REPORTS, { recursive: true, force: true });
  await mkdir(REPORTS, { recursive: true });
  const names = await listed();
  if (names.length === 0) throw new Error(`The gallery has no state that begins with ${WANTED.join(' or ')}.`);
  for (const colorScheme of ['light', 'dark']) {
    for (const [place, device] of Object.entries(PLACES)) {
      const context = await browser.newContext({ ...device, colorScheme, reducedMotion: 'reduce' });
      for (const name of names) {
        await picture(context, name, join(REPORTS, `${name}.${place}.${colorScheme}.png`));
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
for (const line of noise) console.error(line);
console.log(`${pictures} pictures in ${REPORTS}`);
process.exitCode = noise.length > 0 ? 1 : 0;

/** The names that are wanted: those that begin with a word of the command line, or all. */
async function listed() {
  const page = await browser.newPage();
  await page.goto(`${origin}/?gallery`);
  await page.waitForFunction('window.connectGallery');
  const names = await page.evaluate('window.connectGallery');
  await page.close();
  return names.filter((name) => WANTED.length === 0 || WANTED.some((wanted) => name.startsWith(wanted)));
}

async function picture(context, name, path) {
  const page = await context.newPage();
  // One picture is of a program that has failed, which the console does tell.
  const failed = name === 'broken';
  const hear = (words) => noise.push(`${name}: ${words}`);
  page.on('console', (message) => failed || hear(message.text()));
  page.on('pageerror', (error) => failed || hear(error.message));
  await page.goto(`${origin}/host?gallery=${name}`);
  await page
    .frameLocator('iframe')
    .locator(failed ? '#broken .screen' : 'main .screen')
    .waitFor({ timeout: 10_000 })
    .then(
      () => page.screenshot({ path, animations: 'disabled' }),
      () => hear('nothing is shown'),
    );
  pictures++;
  await page.close();
}

/** The gallery's files, and a grey page around it: the widget's own page is transparent. */
async function serve(request, response) {
  const { pathname, search } = new URL(request.url, 'http://here');
  if (pathname === '/host') {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
      <style>body { margin: 0; background: #9aa5b1 } iframe { display: block; border: 0; width: 100vw; height: 100vh }</style>
      <iframe src="/${search}"></iframe>`);
    return;
  }
  const file = pathname === '/' ? 'index.html' : pathname.slice(1);
  try {
    const content = await readFile(join(GALLERY, file));
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(content);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}
