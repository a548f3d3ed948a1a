// A tiny web server for pages that the tests write: host pages, and a stand-in for the widget.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from './ports';

export interface Page {
  body: string;
  type?: string;
  headers?: Record<string, string>;
}

/** Path and host name → page, or what makes it; `'hang'` never answers. */
export type Pages = (path: string, host: string) => Page | 'hang' | undefined;

export class WebServer {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** Host pages are of another site than the widget, which is at 127.0.0.1, as are people's: much works within one site alone. */
  static async start(pages: Pages, site: 'localhost' | '127.0.0.1' = 'localhost'): Promise<WebServer> {
    const server = createServer((request, response) => {
      const page = pages(new URL(request.url ?? '/', 'http://localhost').pathname, new URL(`http://${request.headers.host}`).hostname);
      if (page === 'hang') return;
      if (!page) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': page.type ?? 'text/html; charset=utf-8', 'cache-control': 'no-store', ...page.headers });
      response.end(page.body);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new WebServer(server, `http://${site}:${(server.address() as AddressInfo).port}`);
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
