// The double that hosts test with: it keeps connect()'s promises, and moves when the test says so.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, afterEach, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { buildSdk, NAME } from '../build.mjs';

const out = mkdtempSync(join(tmpdir(), 'connect-double-'));
let double;

before(async () => {
  await buildSdk(out);
  double = await import(pathToFileURL(join(out, 'testing.mjs')));
});
afterEach(() => double.reset());
after(() => rmSync(out, { recursive: true }));

/** Opens it as a shop does, and gives what the shop hears. */
function shop(options, open = double.connect) {
  const heard = [];
  const hear = (kind) => (value) => heard.push([kind, value]);
  const session = open({ token: 't', onSuccess: hear('success'), onError: hear('error'), onExit: hear('exit'), onEvent: hear('event'), ...options });
  return { heard, session };
}

for (const [kind, play, expected] of [
  ['success', (widget) => widget.success({ institution_id: 'i' }), { institution_id: 'i', provider: 'demo', provider_name: 'demo', accounts: [], state: 's' }],
  ['error', (widget) => widget.error('timeout'), { code: 'timeout', message: 'timeout', provider: 'demo', state: 's' }],
  ['exit', (widget) => widget.exit('institution_not_found'), { reason: 'institution_not_found', provider: 'demo', state: 's' }],
]) {
  test(`${kind}: events, then one end, then nothing`, async () => {
    const { heard, session } = shop({ state: 's' });
    const widget = double.last();
    widget.event('institution_selected', { provider: 'demo', provider_name: 'Demo' });
    assert.equal(widget.isOpen, true);
    play(widget);
    widget.event('opened');
    for (const again of [widget.success, widget.error, widget.exit]) again('timeout');
    session.close();
    assert.equal(widget.isOpen, false);
    assert.deepEqual(heard, [['event', { name: 'institution_selected', data: { provider: 'demo', provider_name: 'Demo' } }], [kind, expected]]);
    assert.equal((await session.result).type, kind);
    assert.equal(await session.ready, true);
  });
}

test('nothing happens until the test says so', async () => {
  const { heard, session } = shop();
  assert.equal(await double.last().token, 't');
  const first = await Promise.race([session.result, session.ready, new Promise((resolve) => setImmediate(resolve, 'nothing'))]);
  assert.deepEqual([first, heard], ['nothing', []]);
});

test('whoever looks too early is told where, and what React needs', () => {
  assert.throws(() => double.last(), ({ message }) => message.startsWith(`${NAME}/testing: nothing has been opened`) && message.includes('await act(async'));
});

test('a script plays what the page awaits', async () => {
  double.next((widget) => widget.exit('denied_consent'));
  double.next(async (widget) => widget.success({ institution_id: await widget.token }));
  assert.deepEqual((await shop().session.result).exit, { reason: 'denied_consent' });
  assert.equal((await shop({ token: async () => 'given' }).session.result).result.institution_id, 'given');
  assert.equal(double.opened.length, 2);
});

test('left or failed it is told so, and success once a bank is connected', async () => {
  const connected = { institution_id: 'i', provider: 'demo', provider_name: 'Demo', accounts: [] };
  for (const [end, expected] of [['close', 'exit'], ['exit', 'exit'], ['error', 'error']]) {
    for (const event of ['opened', 'connected']) {
      const { session } = shop();
      const widget = double.last();
      widget.event(event, connected);
      if (end === 'close') session.close();
      else widget[end]('timeout');
      assert.equal((await session.result).type, event === 'connected' ? 'success' : expected);
    }
  }
});

test('no token is the error that connect() tells', async () => {
  for (const token of ['', () => Promise.reject(new Error('shop is down')), () => { throw new Error('shop is down'); }, async () => ({})]) {
    const { session } = shop({ token });
    assert.equal((await session.result).error.code, 'token_unavailable');
  }
});

test('a token that came by update() is kept where the token function fails later', async () => {
  const { session } = shop({ token: () => Promise.reject(new Error('shop is down')) });
  session.update({ token: 'newer' });
  await new Promise(setImmediate);
  double.last().exit();
  assert.equal((await session.result).type, 'exit');
});

test('a signal closes it; aborted before, no token is asked for', async () => {
  const host = new AbortController();
  const { session } = shop({ signal: host.signal });
  host.abort();
  assert.deepEqual(await session.result, { type: 'exit', exit: { reason: 'host_closed' } });
  let asked = 0;
  const late = shop({ signal: host.signal, token: () => `${asked++}` });
  assert.deepEqual(late.heard, []);
  assert.deepEqual(await late.session.result, { type: 'exit', exit: { reason: 'host_closed' } });
  assert.equal(asked, 0);
});

test('what the page changes and asks is seen', async () => {
  const { session } = shop({}, (options) => double.reconnect('inst_7', options));
  const widget = double.last();
  assert.equal(widget.reconnect, 'inst_7');
  session.update({ theme: 'dark' });
  assert.equal(await session.back(), false);
  widget.event('opened');
  widget.canGoBack = true;
  assert.equal(await session.back(), true);
  assert.deepEqual([widget.updates, widget.backs], [[{ theme: 'dark' }], 1]);
  double.preload();
  assert.equal(double.preloaded(), 1);
  double.resume('https://shop.example/?connect_resume=n', { token: 't' });
  assert.equal(double.last().options.resume, 'https://shop.example/?connect_resume=n');
});

test('destroyed or reset, nobody is called', async () => {
  const { heard, session } = shop();
  double.reset();
  double.opened.at(-1)?.success();
  assert.deepEqual(await session.result, { type: 'exit', exit: { reason: 'host_closed' } });
  assert.deepEqual([heard, double.opened.length], [[], 0]);
  assert.throws(() => double.last(), /nothing has been opened/);
});

test('a session that has ended gets a new token from the page, as on a page', async () => {
  let calls = 0;
  shop({ token: async () => `token-${++calls}` });
  const widget = double.last();
  assert.equal(await widget.token, 'token-1');
  widget.event('failed', { code: 'session_expired', message: 'm' });
  await new Promise(setImmediate);
  assert.deepEqual(widget.updates, [{ token: 'token-2' }]);
  shop({ token: 'text' });
  double.last().event('failed', { code: 'session_expired', message: 'm' });
  await new Promise(setImmediate);
  assert.deepEqual(double.last().updates, []);
});

test('destroyed once a bank is connected, the page is told success', () => {
  const { heard, session } = shop();
  double.last().event('connected', { institution_id: 'i', provider: 'demo', provider_name: 'Demo', accounts: [] });
  session.destroy();
  assert.deepEqual(heard.map(([kind]) => kind), ['event', 'success']);
});
