// Another widget's built page, served as our server serves ours: compressed, from this machine.
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
const WANTED = ['field', 'rows', 'typed'];

/** Reads `peer.json` in the folder; CONTRIBUTING.md says what stands in it. */
export async function servePeer(folder) {
  const peer = JSON.parse(await readFile(join(folder, 'peer.json'), 'utf8'));
  const missing = WANTED.filter((name) => !peer[name]);
  if (missing.length > 0) throw new Error(`${join(folder, 'peer.json')} has no ${missing.join(' and no ')}`);
  const files = await compressed(folder);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://here');
    const file = files.get(pathname === '/' ? '/index.html' : pathname);
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, file.headers).end(file.content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/${peer.page ?? ''}`;
  const subject = { name: 'the peer', found: peer.rows, ...peer, address: () => address };
  return { subject, end: () => server.close() };
}

async function compressed(folder) {
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(path)];
    const content = await readFile(path);
    const headers = { 'content-type': type ?? 'application/octet-stream', ...(type && { 'content-encoding': 'br' }) };
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { headers, content: type ? await promisify(brotliCompress)(content) : content });
  }
  return files;
}
