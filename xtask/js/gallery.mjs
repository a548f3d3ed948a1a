// The gallery's build as a web server, in a grey page around it: the widget's own page is transparent.
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.txt': 'text/plain; charset=utf-8' };
/** What the browser compiles once is not compiled again. */
const KEPT = 'max-age=3600';

/** Every state's name, as the sources have it. */
export function states() {
  const folder = join(ROOT, 'src/gallery');
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/\badd\(\s*"([^"]+)"/g)].map(([, name]) => name));
}

/** The tags of the languages that a gallery has, English first; one of them nobody speaks (xtask/js/words.mjs). */
export function languages(folder) {
  const tags = readdirSync(folder).flatMap((file) => /^connect-words-([\w-]+)-[0-9a-f]+\.txt$/.exec(file)?.[1] ?? []);
  return ['en', ...tags.sort()];
}

export async function serve(folder) {
  const server = createServer((request, response) => answer(folder, request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function answer(folder, request, response) {
  const { pathname, search } = new URL(request.url, 'http://here');
  if (pathname === '/host') {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><html lang="en"><title>Gallery</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
      <style>body { margin: 0; background: #9aa5b1 } iframe { display: block; border: 0; width: 100vw; height: 100vh }</style>
      <iframe title="Widget" src="/${search}"></iframe>`);
    return;
  }
  const file = pathname === '/' ? 'index.html' : pathname.slice(1);
  try {
    const content = await readFile(join(folder, file));
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.setHeader('cache-control', KEPT);
    response.end(content);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}
