// What a developer reads of what connect() was given, and of its token.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const out = mkdtempSync(join(tmpdir(), 'connect-hints-'));
let parts;

before(async () => {
  const resolveDir = join(dirname(fileURLToPath(import.meta.url)), '../src');
  const outfile = join(out, 'parts.mjs');
  await build({ stdin: { contents: "export * from './hints'; export * from './token';", resolveDir }, bundle: true, format: 'esm', outfile });
  parts = await import(pathToFileURL(outfile));
});
after(() => rmSync(out, { recursive: true }));

test('the console says once what is not known and what cannot be used', (t) => {
  const said = t.mock.method(console, 'warn', () => {});
  const words = () => {
    const words = said.mock.calls.map(({ arguments: [text] }) => text.replace('ConnectWidget: ', ''));
    said.mock.resetCalls();
    return words;
  };
  parts.hint({ token: 't', mode: 'modal', institutions: ['a'], themeTokens: { accent: 'teal', 'on-accent': 'white' }, providersPerLine: 1, oauth: 'redirect', redirectUri: 'x', skipSuccessScreen: true });
  parts.hint({ themeTokens: {}, token: 't' }, null);
  assert.deepEqual(words(), []);
  for (const _ of ['once', 'again']) parts.hint({ institutionId: 'demo', mode: 'moddal', theme: 'blue', lang: 'fr', institutions: 'demo', themeTokens: { primary: 'red' }, state: {}, search: () => {}, oauth: 'redirect' });
  assert.deepEqual(words().sort(), [
    "`institutions` is no list", '`mode` is one of modal, inline, popup', "`oauth: 'redirect'` needs `redirectUri`; without it a bank's site opens in a popup",
    '`search` cannot be copied, and is left out', '`state` is no text', '`theme` is one of light, dark, auto', 'there is no option `institutionId`', 'there is no theme token `primary`',
  ]);
  const values = { timeoutMs: 'abc', loadTimeoutMs: '5000', title: 7, url: {}, onExit: 'later', institutions: [1], themeTokens: { radius: 4, accent: { light: 'red' } }, theme: 'light', search: null, state: undefined };
  for (const _ of ['once', 'again']) parts.hint({ token: 't', ...values });
  parts.hint({ themeTokens: { 'on-accent': ['red'] }, theme: 'blu' }, null);
  assert.deepEqual(words().sort(), [
    '`institutions` is no list of texts', '`loadTimeoutMs` is no number of milliseconds', '`onExit` is no function', '`timeoutMs` is no number of milliseconds', '`title` is no text',
    '`url` is no text', 'the theme token `radius` is no CSS length',
  ]);
  parts.hint({ search: 'demo' }, null);
  assert.deepEqual(words(), ['there is no option `search` to change']);
  const bad = Proxy.revocable({}, {});
  bad.revoke();
  parts.hint(bad.proxy);
});

test('the console says once why a session failed, and what to do', (t) => {
  globalThis.location = { origin: 'https://shop.example' };
  t.after(() => delete globalThis.location);
  const said = t.mock.method(console, 'warn', () => {});
  const after = (code, message = 'm') => {
    said.mock.resetCalls();
    for (const _ of ['once', 'again']) parts.hint({ type: 'error', error: { code, message } }, false);
    return said.mock.calls.map(({ arguments: [text] }) => text).join();
  };
  assert.match(after('invalid_token'), /^ConnectWidget: invalid_token: the widget's server does not know this token.*`POST \/v1\/tokens`/);
  assert.match(after('origin_not_allowed'), /^ConnectWidget: origin_not_allowed: .*than https:\/\/shop.example: make it with/);
  assert.match(after('redirect_uri_not_registered'), /`redirect_uris`/);
  assert.match(after('widget_unreachable'), /https:\/\/shop.example among the `origins`.*frame-src.*COEP/);
  for (const [what, words] of [['looks like JSON', /its field `token`/], ['looks like HTML', /is a page.*login/], ['has quotes', /in quotes/], ['has blanks', /without `Bearer`/], ['undefined', /gave nothing/]]) {
    assert.match(after('token_unavailable', `There is no token: ${what}`), words);
  }
  assert.equal(after('timeout'), '');
  parts.hint({ type: 'exit', exit: { reason: 'user_closed' } }, false);
  parts.hint({ type: 'success', result: {} }, false);
  assert.equal(said.mock.callCount(), 0);
});

test('a token is text alone', async () => {
  assert.equal(await parts.ask(' the-token\n'), 'the-token');
  assert.equal(await parts.ask(async () => 'abc'), 'abc');
  assert.equal(await parts.ask(Promise.resolve('abc')), 'abc');
  for (const [text, what] of [
    ['{"token":"abc"}', 'looks like JSON'], [' <!doctype html>', 'looks like HTML'], ['"abc"', 'has quotes'], ['Bearer abc', 'has blanks'], ['two words', 'has blanks'],
  ]) await assert.rejects(parts.ask(text), { message: `There is no token: ${what}` });
  for (const none of [undefined, null, '', '  ', { token: 'abc' }, 7]) await assert.rejects(parts.ask(() => none), /There is no token: (undefined|object|string|number)/);
  await assert.rejects(parts.ask(() => { throw new Error('shop is down'); }), /There is no token: Error: shop is down/);
});
