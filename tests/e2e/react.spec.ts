// The React wrapper with React itself, against a stand-in widget. StrictMode mounts everything twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { buildSdk } from '../../sdk/build.mjs';
import { lines } from './support/host-page';
import { got, INIT, SUCCESS, tell, widgetFrame } from './support/stubbed';
import { expect, test } from './support/test';

declare global {
  interface Window {
    /** Renders the shop; the props are laid over those of before. */
    shop(props: Record<string, unknown>): void;
    /** How often the page was asked for a token. */
    asked: number;
  }
}

let script: string;

test.beforeAll(async () => {
  const sdk = mkdtempSync(join(tmpdir(), 'connect-react-'));
  await buildSdk(sdk);
  const contents = `import * as React from 'react';
    import * as Dom from 'react-dom';
    import * as Client from 'react-dom/client';
    import * as Wrapper from 'connect-widget/react';
    (${shop})(React, Dom, Client, Wrapper);`;
  const built = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    alias: { 'connect-widget/react': join(sdk, 'react.mjs') },
    // For the wrapper, which is built outside of this repository.
    nodePaths: [join(import.meta.dirname, '../../node_modules')],
    define: { 'process.env.NODE_ENV': '"development"' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  script = built.outputFiles[0]!.text;
  rmSync(sdk, { recursive: true });
});

// Runs in the page. What is heard carries the name of the render whose callback it was.
function shop(React: typeof import('react'), Dom: typeof import('react-dom'), Client: typeof import('react-dom/client'), Wrapper: typeof import('../../sdk/src/react')) {
  const { createElement, StrictMode, Suspense, useState } = React;
  window.asked = 0;
  const options = ({ url, theme, themeTokens, token, mode, render }: any) => {
    const hear = (kind: 'success' | 'error' | 'exit' | 'event') => (value: any) => window.heard.push([kind, { ...value, data: { kind: render }, reason: render, code: render }]);
    return {
      url, theme, themeTokens, mode,
      token: token ?? (() => (window.asked++, 'the-token')),
      onSuccess: hear('success'), onError: hear('error'), onExit: hear('exit'), onEvent: hear('event'),
    };
  };
  const Button = (props: any) => {
    const given = options(props);
    const [exits, setExits] = useState(0);
    const { open, close, session, isReady, outcome } = Wrapper.useConnect({
      ...given,
      onExit: (exit) => {
        given.onExit(exit);
        setExits(exits + 1);
        if (props.again && exits === 0) open();
      },
    });
    const state = session ? (isReady ? 'ready' : 'open') : (outcome?.type ?? 'idle');
    return createElement('p', null, createElement('button', { onClick: open }, 'Connect'), createElement('output', null, `${state} ${exits}`), createElement('button', { onClick: close }, 'Stop'), createElement('button', { onClick: () => session?.destroy() }, 'Destroy'));
  };
  const never = new Promise<void>(() => {});
  const Rest = ({ waits }: any) => {
    if (waits) throw never;
    return null;
  };
  const Bank = (props: any) => createElement(Wrapper.Connect, { ...options(props), className: 'bank' });
  const root = Client.createRoot(document.querySelector('#root')!);
  let props: Record<string, unknown> = { render: 'a' };
  window.shop = (changes) => {
    props = { ...props, ...changes };
    const part = { button: Button, connect: Bank }[props.show as string];
    const rest = createElement(Rest, { waits: props.waits });
    const render = () => root.render(createElement(StrictMode, null, createElement(Suspense, { fallback: 'Wait' }, part && createElement(part, props), rest)));
    // As a template has it; at once only where a test unmounts what it has just mounted.
    if (props.atOnce) Dom.flushSync(render);
    else render();
  };
}

async function visit(page: Page, { host, widget }: { host: string; widget: string }, props: object): Promise<void> {
  await page.route('**/react-app.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${host}/react`);
  await page.waitForFunction(() => 'shop' in window);
  await page.evaluate((props) => window.shop(props), { url: widget, ...props });
}

const shows = (page: Page, text: string) => expect(page.locator('output')).toHaveText(text);
const connect = (page: Page) => page.getByRole('button', { name: 'Connect' });

for (const atOnce of [false, true]) test(`<Connect> in StrictMode opens once, asks for one token, and tells each thing once${atOnce ? ', rendered at once' : ''}`, async ({ page, stubbed }) => {
  const pages: string[] = [];
  page.on('request', (request) => new URL(request.url()).pathname === '/' && pages.push(request.url()));
  await visit(page, stubbed, { show: 'connect', atOnce });
  const frame = await widgetFrame(page, 0, '.bank iframe');
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await expect(page.locator('iframe')).toHaveCount(1);
  expect(await page.evaluate(() => window.asked)).toBe(1);
  expect(pages).toHaveLength(1);
  await tell(frame, 'event', { name: 'opened', data: {} });
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['opened a', 'success a']);
  await expect(page.locator('.bank')).toBeEmpty();
});

test('callbacks are those of the last render', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'connect' });
  const frame = await widgetFrame(page, 0, '.bank iframe');
  await page.evaluate(() => window.shop({ render: 'b' }));
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await tell(frame, 'event', { name: 'opened', data: {} });
  await expect.poll(() => lines(page)).toEqual(['opened b']);
  await page.evaluate(() => window.shop({ render: 'c' }));
  await expect(page.locator('iframe')).toHaveCount(1);
  await tell(frame, 'error', { data: { code: 'timeout', message: 'm' } });
  await expect.poll(() => lines(page)).toEqual(['opened b', 'error c']);
});

test('the open widget follows theme, tokens of the theme and a token that is text, and is not opened anew', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'connect', token: 'the-token' });
  const frame = await widgetFrame(page, 0, '.bank iframe');
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await page.evaluate(() => window.shop({ theme: 'dark', themeTokens: { accent: 'teal' } }));
  const look = { connect_widget: 1, type: 'update', theme: 'dark', theme_tokens: { accent: 'teal' } };
  await expect.poll(() => got(frame)).toEqual([INIT, look]);
  await page.evaluate(() => window.shop({ token: 'newer', themeTokens: { accent: 'teal' } }));
  await expect.poll(() => got(frame)).toEqual([INIT, look, { connect_widget: 1, type: 'update', token: 'newer' }]);
});

for (const show of ['connect', 'button']) {
  test(`${show}: unmounted in the middle, everything is gone and nobody is called`, async ({ page, stubbed }) => {
    await visit(page, stubbed, { show });
    if (show === 'button') await connect(page).click();
    const frame = await widgetFrame(page);
    await tell(frame, 'event', { name: 'opened', data: {} });
    await expect.poll(() => lines(page)).toEqual(['opened a']);
    await page.evaluate(() => window.shop({ show: 'nothing' }));
    await expect(page.locator('iframe, dialog')).toHaveCount(0);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await lines(page)).toEqual(['opened a']);
    expect(await page.evaluate(() => [document.body.getAttribute('style'), document.documentElement.getAttribute('style'), document.adoptedStyleSheets.length])).toEqual([null, null, 0]);
  });
}

for (const show of ['connect', 'button']) {
  test(`${show}: unmounted once a bank is connected, onSuccess is called all the same, once`, async ({ page, stubbed }) => {
    await visit(page, stubbed, { show });
    if (show === 'button') await connect(page).click();
    const frame = await widgetFrame(page);
    await tell(frame, 'event', { name: 'connected', data: SUCCESS });
    await expect.poll(() => lines(page)).toEqual(['connected a']);
    await page.evaluate(() => window.shop({ show: 'nothing' }));
    await expect(page.locator('iframe, dialog')).toHaveCount(0);
    await expect.poll(() => lines(page)).toEqual(['connected a', 'success a']);
  });
}

test('<Connect> in a boundary that suspends again goes, and opens anew when it is back', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'connect' });
  await expect.poll(async () => got(await widgetFrame(page, 0, '.bank iframe'))).toEqual([INIT]);
  await page.evaluate(() => window.shop({ waits: true }));
  await expect(page.getByText('Wait')).toBeVisible();
  await expect(page.locator('iframe')).toHaveCount(0);
  await page.evaluate(() => window.shop({ waits: false }));
  const frame = await widgetFrame(page, 0, '.bank iframe');
  await expect.poll(() => got(frame)).toEqual([INIT]);
  await tell(frame, 'success', { data: SUCCESS });
  await expect.poll(() => lines(page)).toEqual(['success a']);
  expect(await page.evaluate(() => window.asked)).toBe(2);
});

test('mounted and unmounted at once, nothing opens', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'nothing' });
  await page.evaluate(async () => {
    window.shop({ show: 'connect', atOnce: true });
    window.shop({ show: 'nothing' });
    await new Promise(requestAnimationFrame);
  });
  await expect(page.locator('iframe')).toHaveCount(0);
  expect(await page.evaluate(() => window.asked)).toBe(0);
});

test('useConnect: opens within the click, once, and says how far it is', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'button' });
  await shows(page, 'idle 0');
  const frames = await connect(page).evaluate((button: HTMLElement) => {
    button.click();
    const frames = document.querySelectorAll('iframe').length;
    button.click();
    return [frames, document.querySelectorAll('iframe').length];
  });
  expect(frames).toEqual([1, 1]);
  await shows(page, 'open 0');
  const frame = await widgetFrame(page);
  await tell(frame, 'event', { name: 'opened', data: {} });
  await shows(page, 'ready 0');
  await tell(frame, 'success', { data: SUCCESS });
  await shows(page, 'success 0');
  await connect(page).click();
  await shows(page, 'open 0');
  expect(await page.evaluate(() => window.asked)).toBe(2);
});

test('useConnect: close(), and a callback that opens the next one', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'button', again: true });
  await connect(page).click();
  await widgetFrame(page);
  const stop = () => page.getByRole('button', { name: 'Stop', includeHidden: true }).evaluate((button: HTMLElement) => button.click());
  await stop();
  await shows(page, 'open 1');
  await expect(page.locator('iframe')).toHaveCount(1);
  await stop();
  await shows(page, 'exit 2');
  await expect(page.locator('iframe')).toHaveCount(0);
  expect(await lines(page)).toEqual(['exit a', 'exit a']);
});

test('useConnect: destroyed by the page nobody is called, and it can be opened again', async ({ page, stubbed }) => {
  await visit(page, stubbed, { show: 'button' });
  for (const _ of ['first', 'second']) {
    await connect(page).click();
    await shows(page, 'open 0');
    await page.getByRole('button', { name: 'Destroy', includeHidden: true }).evaluate((button: HTMLElement) => button.click());
    await shows(page, 'exit 0');
    await expect(page.locator('iframe')).toHaveCount(0);
  }
  expect(await lines(page)).toEqual([]);
});
