// A shop's own web server: its pages, and the widget's server below a path of the same origin.
import { createServer, request as ask, type Server } from 'node:http';
import { freePort } from './ports';
import { type Page, type Pages } from './web-server';

/** Below it the widget is. */
export const PATH = '/bank';

export class PathProxy {
  /** Where the widget's server is, once there is one. */
  target = '';
  private server: Server | undefined;

  private constructor(readonly origin: string) {}

  /** `strips`: the widget's server is asked without the path. */
  static async start(strips: boolean, pages: (widget: string) => Pages): Promise<PathProxy> {
    const port = await freePort();
    const proxy = new PathProxy(`http://127.0.0.1:${port}`);
    const own = pages(proxy.widget);
    proxy.server = createServer((incoming, outgoing) => {
      const address = incoming.url ?? '/';
      if (address.startsWith(`${PATH}/`)) {
        const path = strips ? address.slice(PATH.length) : address;
        const onward = ask(proxy.target + path, { method: incoming.method, headers: incoming.headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        outgoing.on('close', () => onward.destroy());
        incoming.pipe(onward);
        return;
      }
      const page = own(new URL(address, proxy.origin).pathname, '127.0.0.1') as Page | undefined;
      if (!page) return outgoing.writeHead(404).end();
      outgoing.writeHead(200, { 'content-type': page.type ?? 'text/html; charset=utf-8', 'cache-control': 'no-store', ...page.headers });
      outgoing.end(page.body);
    });
    await new Promise<void>((listens) => proxy.server?.listen(port, '127.0.0.1', listens));
    return proxy;
  }

  get widget(): string {
    return this.origin + PATH;
  }

  async end(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((ended) => this.server?.close(ended));
  }
}
