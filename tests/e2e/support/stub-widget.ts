// Stands in for the widget, at its own origin: speaks the protocol as told by the test, and draws nothing opaque.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSdk, SERVED, SUBPATHS, VERSION } from '../../../sdk/build.mjs';
import { type Pages, WebServer } from './web-server';

export async function startStub(): Promise<WebServer> {
  const out = mkdtempSync(join(tmpdir(), 'connect-stub-'));
  await buildSdk(out);
  const scripts = Object.fromEntries(
    ['connect.json', ...SERVED, ...SUBPATHS.map((name) => `${name}.mjs`), ...SERVED.map((name) => `v${VERSION}/${name}`)].map((name) => [`/${name}`, readFileSync(join(out, name), 'utf8')]),
  );
  rmSync(out, { recursive: true });
  const script = (body = '') => ({ type: 'text/javascript', body, headers: { 'access-control-allow-origin': '*' } });
  /** `asleep` is the widget's page whose program never starts, `mute` is some other page. */
  const page = (name: 'stub' | 'asleep' | 'mute') => ({
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Widget</title><link rel="icon" href="data:,"></head><body><h1>Stub</h1><input aria-label="Search"><script src="/${name}.js"></script></body></html>`,
  });
  const pages: Pages = (path, host) => {
    // Under a name of its own each of them is a whole widget: `connect()` takes no path.
    const name = host.match(/^(\w+)\.localhost$/)?.[1];
    switch (path === '/' && name ? `/${name}/` : path) {
      case '/':
        return page('stub');
      case '/asleep/':
        return page('asleep');
      case '/mute/':
        return page('mute');
      case '/hang/':
        return 'hang';
      case '/stub.js':
        return script(`(${stub})(); tell('loaded'); tell('ready');`);
      case '/asleep.js':
        return script(`(${stub})(); tell('loaded');`);
      case '/mute.js':
        return script(`(${stub})();`);
    }
    return scripts[path] === undefined ? undefined : script(scripts[path]);
  };
  return WebServer.start(pages, '127.0.0.1');
}

/** The address of a stand-in that is another one of them from its start: `hang` never answers. */
export const named = (widget: string, name: 'asleep' | 'mute' | 'hang') => widget.replace('127.0.0.1', `${name}.localhost`);

// Runs in the page.
function stub() {
  const origin = new URLSearchParams(location.search).get('origin') ?? '';
  addEventListener('pagehide', () => origin && parent !== window && window.tell('leaving'));
  const host: Window = parent === window ? window.opener : parent;
  window.got = [];
  addEventListener('message', (event) => {
    if (event.source === host && event.origin === origin) window.got.push(event.data);
  });
  window.tell = (type, rest) => host.postMessage({ connect_widget: 1, type, ...rest }, origin);
}
