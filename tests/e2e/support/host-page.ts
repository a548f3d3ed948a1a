// A host page with a policy as strict as they come, and what it hears.
import { type Page as BrowserPage, expect, type Frame } from '@playwright/test';
import type { Page as Answer, Pages } from './web-server';
import { Widget } from './widget';

export type Heard = [kind: 'success' | 'error' | 'exit' | 'event' | 'clean', value: any][];

declare global {
  interface Window {
    heard: Heard;
    raw: { data: any; origin: string }[];
    /** Of `connect()`; or, with a connection as `reconnect`, of `reconnect()`. */
    options: any;
    session: import('../../../sdk/src/api').Session;
    /** Lets `connect()` have the token that it waits for. */
    giveToken(): void;
    start(options?: object): import('../../../sdk/src/api').Session;
    ConnectWidget: Pick<typeof import('../../../sdk/src/module'), 'connect' | 'reconnect' | 'resume' | 'preload'>;
    tell(type: string, rest?: object): void;
    got: any[];
  }
}

/** `widget`: origin of connect.js and of the iframe. */
export function hostPages(widget: () => string): Pages {
  return (path) => {
    const policy = `default-src 'none'; script-src 'self' ${widget()}; frame-src ${widget()} http://*.localhost:*; style-src 'self'; connect-src 'self'; img-src data:; form-action ${widget()}`;
    const page = (body: string, style = '', head = ''): Answer => ({
      headers: { 'content-security-policy': policy },
      body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/host.css">${style && `<link rel="stylesheet" href="/${style}.css">`}${head}</head><body>${body}</body></html>`,
    });
    const shop = `<h1>Shop</h1><p class="tall">A long page</p><button id="pay">Pay by bank</button><p class="tall">More</p>
<script src="${widget()}/connect.js"></script><script src="/host.js"></script>`;
    switch (path) {
      case '/':
      case '/back':
        return page(shop);
      case '/dark':
      case '/light':
      case '/fixed':
      case '/stripes':
      case '/body-scrolls':
        return page(shop, path.slice(1));
      case '/twice':
        return page(`${shop}<script src="/remember.js"></script><script src="${widget()}/connect.js"></script>`);
      case '/module':
        return page(`<button id="pay">Pay by bank</button><script type="module" src="/module.js"></script>`);
      case '/modal':
        return page(`${shop}<dialog id="cart"><h2>Cart</h2><button id="inner">Pay from here</button></dialog>`);
      case '/slots':
        return page(`<h1>Shop</h1><div id="slot"></div><div id="loose"></div><iframe id="own" name="bank" title="Our bank window"></iframe><button id="pay">Pay by bank</button><p class="tall">More</p>
<script src="${widget()}/connect.js"></script><script src="/host.js"></script>`, 'slots');
      case '/head':
        return page(shop.replace(/<script.*/s, ''), '', `<script src="${widget()}/connect.js"></script><script src="/host.js"></script><script src="/early.js"></script>`);
      case '/early.js':
        return { type: 'text/javascript', body: 'window.start();' };
      case '/isolated':
        return { ...page(shop), headers: { 'content-security-policy': policy, 'cross-origin-opener-policy': 'same-origin' } };
      case '/pair':
        return page(`<h1>Shop</h1><div id="left"></div><div id="right"></div><script src="${widget()}/connect.js"></script><script src="/host.js"></script>`, 'slots');
      case '/element':
        return page(`<h1>Shop</h1><main></main><script type="module" src="${widget()}/element.mjs"></script><script src="/host.js"></script>`);
      case '/react':
        return page('<h1>Shop</h1><div id="root"></div><script src="/host.js"></script><script type="module" src="/react-app.js"></script>');
      case '/no-policy':
        return { ...page(shop), headers: {} };
      case '/nonces': {
        const nonces = `default-src 'none'; script-src 'nonce-n1'; frame-src ${widget()}; style-src 'self'; img-src data:; require-trusted-types-for 'script'`;
        return { ...page(shop.replaceAll('<script', '<script nonce="n1"')), headers: { 'content-security-policy': nonces } };
      }
      case '/any-frames':
        return { ...page(shop), headers: { 'content-security-policy': policy.replace('frame-src', 'frame-src http:') } };
      case '/isolated/require-corp':
      case '/isolated/credentialless':
        return { ...page(shop), headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': path.split('/')[2]! } };
      case '/plain':
        return page('<h1>Plain</h1><script src="/host.js"></script>');
      case '/elsewhere':
        return page('<h1>Elsewhere</h1>');
      case '/host.css':
        return { type: 'text/css', body: 'body{margin:0} .tall{height:1500px;margin:0} dialog[open]::backdrop{background:rgb(0 0 0/.4)} iframe{border:9px solid red;max-width:50%} #inner{margin:9px}' };
      case '/dark.css':
        return { type: 'text/css', body: ':root{color-scheme:dark} html{background:rgb(10 20 30)}' };
      case '/slots.css':
        return { type: 'text/css', body: '#slot{width:400px;height:500px} #loose{width:300px} #left,#right{float:left;width:400px;height:600px} #own{width:320px;height:480px}' };
      case '/light.css':
        return { type: 'text/css', body: 'html{background:rgb(200 210 220)}' };
      case '/stripes.css':
        return { type: 'text/css', body: 'html{background:rgb(240 200 160)} html.other{background:rgb(20 120 60)}' };
      case '/fixed.css':
        return { type: 'text/css', body: 'body{overflow:hidden;height:100vh}' };
      case '/body-scrolls.css':
        return { type: 'text/css', body: 'html,body{height:100%} body{overflow:auto}' };
      case '/host.js':
        return { type: 'text/javascript', body: `(${host})()` };
      case '/remember.js':
        return { type: 'text/javascript', body: 'window.first = window.ConnectWidget;' };
      case '/module.js':
        return { type: 'text/javascript', body: `import * as ConnectWidget from '${widget()}/connect.mjs'; window.ConnectWidget = ConnectWidget; (${host})();` };
    }
    return undefined;
  };
}

// Runs in the page.
function host() {
  window.heard = [];
  window.raw = [];
  addEventListener('message', ({ data, origin }) => window.raw.push({ data, origin }));
  const clean = () => ({
    frames: document.querySelectorAll('iframe, dialog[open]').length,
    overflow: document.body.style.overflow + document.documentElement.style.overflow,
    focus: document.activeElement?.id,
    scroll: Math.round(scrollY),
    sheets: document.adoptedStyleSheets.length,
  });
  const end = (kind: 'success' | 'error' | 'exit') => (value: unknown) => window.heard.push(['clean', clean()], [kind, value]);
  window.start = (chosen) => {
    const { reconnect: connection, ...options } = {
      token: 'the-token',
      onSuccess: end('success'),
      onError: end('error'),
      onExit: end('exit'),
      onEvent: (event: unknown) => window.heard.push(['event', event]),
      ...window.options,
      ...chosen,
    };
    const { connect, reconnect } = window.ConnectWidget;
    return (window.session = connection ? reconnect(connection, options) : connect(options));
  };
  document.querySelector('#pay')?.addEventListener('click', () => window.start());
}

export const heard = (page: BrowserPage): Promise<Heard> => page.evaluate(() => window.heard);

/** The widget's messages to the page as they came over the wire. */
export const wire = (page: BrowserPage): Promise<any[]> =>
  page.evaluate(() => window.raw.map(({ data }) => data).filter((data) => data?.connect_widget === 1));

/** Loads the open widget anew. Whoever goes on before it has come would still be in the old page. */
export async function reload(page: BrowserPage, widget: Frame | BrowserPage): Promise<void> {
  const arrivals = async () => (await wire(page)).filter(({ type }) => type === 'ready').length;
  const before = await arrivals();
  await widget.evaluate(() => location.reload());
  await expect.poll(arrivals).toBe(before + 1);
}

/** What was said, one short line each: `screen_shown search`, `question_asked choice`, `exit user_closed`. */
export const lines = async (page: BrowserPage): Promise<string[]> => (await heard(page)).filter(([kind]) => kind !== 'clean').map(line);

function line([kind, value]: Heard[number]): string {
  const detail = kind === 'event' ? value.data.screen ?? value.data.kind ?? value.data.code : value.code ?? value.reason;
  return [kind === 'event' ? value.name : kind, detail].filter(Boolean).join(' ');
}

/** The person at a host page who opens the real widget with a token of the demo client. */
export class Host {
  readonly widget: Widget;

  constructor(
    readonly page: BrowserPage,
    private readonly origin: string,
  ) {
    this.widget = new Widget(page.frameLocator('dialog iframe'));
  }

  /** Up to the press of the page's button. */
  async prepare(token: string, options: object = {}, path = '/'): Promise<void> {
    await this.page.goto(this.origin + path);
    await this.page.evaluate((options) => (window.options = options), { token, ...options });
  }

  async open(token: string, options: object = {}, path = '/'): Promise<Widget> {
    await this.prepare(token, options, path);
    await this.page.getByRole('button', { name: 'Pay by bank' }).click();
    return this.widget;
  }

  /** The widget waits for its token until the page gives it. */
  async openLate(token: string, options: object = {}): Promise<Widget> {
    await this.page.goto(this.origin);
    await this.page.evaluate(
      ({ token, options }) => {
        const given = new Promise<void>((resolve) => (window.giveToken = resolve));
        window.options = { token: () => given.then(() => token), ...options };
      },
      { token, options },
    );
    await this.page.getByRole('button', { name: 'Pay by bank' }).click();
    await expect.poll(async () => (await wire(this.page)).map(({ type }) => type)).toContain('ready');
    return this.widget;
  }

  /** The page was told this end and no other, and the widget is gone. */
  async hasEnded(end: string): Promise<void> {
    const ends = async () => (await lines(this.page)).filter((line) => /^(success|error|exit)/.test(line));
    await expect.poll(ends).toEqual([end]);
    await expect(this.page.locator('iframe')).toHaveCount(0);
  }

  /** The page was told exactly this, and was clean before it was told the end. */
  async wasTold(...expected: string[]): Promise<void> {
    await expect.poll(() => lines(this.page)).toEqual(expected);
    const ended = /^(success|error|exit)/.test(expected.at(-1) ?? '');
    const clean = (await heard(this.page)).filter(([kind]) => kind === 'clean').map(([, value]) => value);
    if (ended) {
      expect(clean).toMatchObject([{ frames: 0, overflow: '', focus: 'pay' }]);
      await expect(this.page.locator('iframe')).toHaveCount(0);
    } else {
      expect(clean).toEqual([]);
    }
  }
}
