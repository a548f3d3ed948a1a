// Serves a folder below a path, as a CDN does: no program of ours, and every origin may have its files.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { freePort } from './ports';

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.txt': 'text/plain; charset=utf-8', '.wasm': 'application/wasm' };

/** A custom section named `a`: nobody reads it. */
const SECTION = Buffer.from([0, 2, 1, 0x61]);

export class FileServer {
  /** What was asked for, below the path. */
  readonly asked: string[] = [];
  /** These are not as they were built, and would do the same. */
  changed = /$^/;
  /** Headers of the page. */
  page: Record<string, string> = {};
  private server: Server | undefined;

  private constructor(
    readonly origin: string,
    readonly path: string,
  ) {}

  /** `folder` may come later: nobody asks before. */
  static async start(path: string, folder: () => string): Promise<FileServer> {
    const port = await freePort();
    const files = new FileServer(`http://127.0.0.1:${port}`, path);
    files.server = createServer(async (incoming, outgoing) => {
      const { pathname } = new URL(incoming.url ?? '/', files.origin);
      if (!pathname.startsWith(`${path}/`)) return outgoing.writeHead(404).end();
      const name = pathname.slice(path.length + 1) || 'index.html';
      files.asked.push(name);
      try {
        const content = await readFile(join(folder(), name));
        const own = name === 'index.html' ? files.page : {};
        outgoing.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', ...own });
        outgoing.end(files.changed.test(name) ? Buffer.concat([content, extname(name) === '.wasm' ? SECTION : Buffer.from('\n')]) : content);
      } catch {
        outgoing.writeHead(404).end();
      }
    });
    await new Promise<void>((listens) => files.server?.listen(port, '127.0.0.1', listens));
    return files;
  }

  get url(): string {
    return this.origin + this.path;
  }

  async end(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((ended) => this.server?.close(ended));
  }
}
