// What needs no page. How connect() behaves on one is in tests/e2e/sdk.spec.ts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { withTypes } from '../api.mjs';
import { buildSdk, LIMIT, NAME, SERVED, SUBPATHS, VERSION } from '../build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'connect-sdk-'));
let size;
let built;
let parts;

before(async () => {
  size = await buildSdk(out);
  built = readdirSync(out).sort();
  // What the modules import, they find here.
  symlinkSync(join(here, '../../node_modules'), join(out, 'node_modules'));
  const contents = ['address', 'arrival', 'door', 'hints', 'messages', 'progress', 'session'].map((part) => `export * from './${part}';`).join('\n');
  const outfile = join(out, 'parts.mjs');
  await build({ stdin: { contents, resolveDir: join(here, '../src') }, bundle: true, format: 'esm', outfile });
  parts = await import(pathToFileURL(outfile));
});
after(() => rmSync(out, { recursive: true }));

test('connect.js is small', () => assert.ok(size <= LIMIT, `${size} bytes gzip, at most ${LIMIT}`));

test('every module can be imported where there is no page', async () => {
  const names = async (file) => Object.keys(await import(pathToFileURL(join(out, file)))).sort();
  const lists = ['ERROR_CODES', 'EVENT_NAMES', 'EXIT_REASONS'];
  const functions = ['connect', 'preload', 'reconnect', 'resume'];
  assert.deepEqual(await names('connect.mjs'), [...lists, ...functions]);
  assert.deepEqual(await names('element.mjs'), ['ConnectWidgetElement']);
  assert.deepEqual(await names('react.mjs'), ['Connect', 'useConnect']);
  assert.deepEqual(await names('testing.mjs'), [...lists, 'connect', 'last', 'next', 'opened', 'preload', 'preloaded', 'reconnect', 'reset', 'resume']);
});

test('React renders it on a server: an empty place, without a word', async (t) => {
  const said = t.mock.method(console, 'error', () => {});
  const require = createRequire(import.meta.url);
  const { createElement } = require('react');
  const { renderToString } = require('react-dom/server');
  const { Connect, useConnect } = await import(pathToFileURL(join(out, 'react.mjs')));
  const Button = () => createElement('button', null, useConnect({ token: 't' }).session ? 'open' : 'Connect');
  assert.equal(renderToString(createElement(Connect, { token: 't', className: 'bank' })), '<div class="bank"></div>');
  assert.equal(renderToString(createElement(Connect, { token: 't', mode: 'modal' })), '');
  assert.equal(renderToString(createElement(Button)), '<button>Connect</button>');
  assert.equal(said.mock.callCount(), 0);
});

test('each version has an address of its own, with what its files are checked by', () => {
  const { version, files } = JSON.parse(readFileSync(join(out, 'connect.json'), 'utf8'));
  assert.equal(version, VERSION);
  assert.deepEqual(Object.keys(files), SERVED);
  for (const [name, { path, integrity }] of Object.entries(files)) {
    assert.match(path, RegExp(`^/v${VERSION}/${name}${name === 'later.mjs' ? '\\?[0-9a-f]{6}' : ''}$`));
    const text = readFileSync(join(out, path.split('?')[0]));
    assert.equal(integrity, `sha384-${createHash('sha384').update(text).digest('base64')}`);
    assert.deepEqual(text, readFileSync(join(out, name)));
  }
  assert.ok(readFileSync(join(out, 'connect.js'), 'utf8').includes(files['later.mjs'].path.slice(1)), 'connect.js asks for it under the address that is listed');
});

test('the types allow what the documentation promises and refuse the rest', () => {
  const options = {
    compilerOptions: {
      strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', module: 'es2022', moduleResolution: 'bundler',
      lib: ['es2022', 'dom'], types: [], moduleDetection: 'auto', paths: { [NAME]: [join(out, 'connect.d.mts')], [`${NAME}/*`]: [join(out, '*.d.mts')] },
    },
    files: ['valid.ts', 'invalid.ts', 'global.ts', 'subpaths.ts'].map((file) => join(here, 'types', file)).concat(join(out, 'connect.d.ts')),
  };
  writeFileSync(join(out, 'tsconfig.json'), JSON.stringify(options));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', out], { encoding: 'utf8' });
  } catch (failure) {
    assert.fail(failure.stdout);
  }
});

test('api.md is the public surface as it is', () => {
  const shown = readFileSync(join(here, '../api.md'), 'utf8');
  for (const name of ['connect.d.ts', 'connect.d.mts', ...SUBPATHS.map((path) => `${path}.d.mts`)]) assert.ok(shown.includes(`\n## \`${name}\`\n`), name);
  assert.equal(shown, withTypes(shown, out), 'run: node sdk/api.mjs');
});

/** The names that a part of a file has, each once. */
function from(path, part, name) {
  const [text] = readFileSync(join(here, '../..', path), 'utf8').match(part) ?? assert.fail(`${path} has no ${part}`);
  return [...new Set([...text.matchAll(name)].map(([, name]) => name))].sort();
}

/** The lists are for programs, the unions for compilers; both name the same. */
async function listed(list, union) {
  const module = await import(pathToFileURL(join(out, 'connect.mjs')));
  assert.ok(Object.isFrozen(module[list]));
  const names = [...module[list]].sort();
  assert.deepEqual(from('sdk/src/api.ts', new RegExp(`type ${union} =[^]*?;\n`), /'(\w+)'/g), names);
  for (const name of names) assert.match(name, /^[a-z]+(_[a-z]+)*$/);
  return names;
}

test('the events are the same in the widget, in the types and in the documentation', async () => {
  const names = await listed('EVENT_NAMES', 'EventName');
  assert.deepEqual(from('crates/core/src/host/mod.rs', /fn event_name\([^]*?\n}\n/, /"(\w+)"/g), names);
  assert.deepEqual(from('docs/events.md', /## Events\n[^]*?\n##/, /^\| `(\w+)` \|/gm), names);
});

test('the exit reasons are the same in the widget, in the types and in the documentation', async () => {
  const names = await listed('EXIT_REASONS', 'ExitReason');
  const connectOnly = ['host_closed', 'navigated', 'timeout'];
  const widget = from('crates/core/src/flow/report.rs', /impl Reason [^]*?\n}\n/, /=> "(\w+)"/g);
  assert.deepEqual([...widget, ...connectOnly].sort(), names);
  assert.deepEqual(from('docs/events.md', /## Exit reasons\n[^]*?\n##/, /^\| `(\w+)` \|/gm), names);
  assert.deepEqual(from('docs/events.md', /## Exit reasons\n[^]*?\n##/, /^\| `(\w+)` \| `connect\(\)` only/gm), connectOnly);
});

test('the guide names every function, every mode, every subpath and every option of a session', async () => {
  const module = await import(pathToFileURL(join(out, 'connect.mjs')));
  const functions = Object.keys(module).filter((name) => typeof module[name] === 'function');
  const guide = 'docs/embed.md';
  assert.deepEqual(from(guide, /\| function [^]*?\n\n/, /^\| `(\w+)\(/gm), functions.sort());
  const modes = from('sdk/src/api.ts', /mode\?: .*/, /'(\w+)'/g);
  assert.deepEqual(from(guide, /(?<=\| `mode` .*\n)[^]*?\n\n/, /^\| `(\w+)`/gm), modes);
  assert.deepEqual(from(guide, /[^]*/, RegExp(`"${NAME}/(\\w+)"`, 'g')), [...SUBPATHS].sort());
  const changes = from('sdk/src/api.ts', /interface SessionChanges [^]*?\n}/, /^  (\w+)\?:/gm);
  assert.deepEqual(from(guide, /session\.update\([^\n]*/, /(?<=\/\/.*)(\w+)/g), changes);
});

test('the error codes are the same in the widget, in the types and in the documentation', async () => {
  const connectOnly = ['token_unavailable', 'widget_unreachable'];
  const widget = from('crates/core/src/flow/failure.rs', /pub fn code\([^]*?\n    }\n/, /=> "(\w+)"/g);
  assert.ok(widget.includes('timeout'));
  const all = [...widget, ...connectOnly].sort();
  assert.deepEqual(await listed('ERROR_CODES', 'ErrorCode'), all);
  assert.deepEqual(from('docs/errors.md', /## Codes\n[^]*?\n##/, /^\| `(\w+)` \|/gm), all);
  assert.deepEqual(from('docs/errors.md', /## Codes\n[^]*?\n##/, /^\| `(\w+)` \| `connect\(\)` only/gm), connectOnly);
});

/** What an address says, in its query and its fragment. */
const said = ({ searchParams, hash }) => Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);

test('the address carries the options and never the token', () => {
  const options = { token: 'secret-token', url: 'https://connect.example/', institution: 'demo', institutions: ['a', 'b'], providersPerLine: 1, lang: '', countries: [], state: 'a&b' };
  const url = parts.address(options, undefined, 'https://shop.example');
  assert.equal(url.href, 'https://connect.example/?origin=https%3A%2F%2Fshop.example#provider=demo&providers=a%2Cb&providers_per_line=1&state=a%26b');
});

test('what the server does not need is not sent to it, however long it is', () => {
  const themeTokens = { font: 'x'.repeat(9000) };
  const options = { token: 't', url: 'https://connect.example', state: 'x'.repeat(9000), institutions: Array(500).fill('institution'), themeTokens };
  const { search, hash } = parts.address(options, undefined, 'https://shop.example');
  assert.equal(search, '?origin=https%3A%2F%2Fshop.example');
  assert.ok(hash.length > 20_000);
});

test('the address carries how banks are to be opened, and where the user comes back from', () => {
  const options = {
    token: 't', url: 'https://connect.example', jobTypes: ['transactions', 'accountOwner'], accountSelection: 'single', allowChangeInstitution: false,
    oauth: 'redirect', redirectUri: 'https://shop.example/back', resume: 'https://shop.example/back?a=1&connect_resume=n1#top',
  };
  const query = said(parts.address(options, undefined, 'https://shop.example'));
  assert.deepEqual(query, {
    origin: 'https://shop.example', job_types: 'transactions,accountOwner', account_selection: 'single', allow_change_institution: 'false',
    oauth: 'redirect', oauth_redirect_uri: 'https://shop.example/back', resume: 'n1',
  });
  const plain = { token: 't', url: 'https://connect.example', resume: 'https://shop.example/?a=1' };
  assert.deepEqual(said(parts.address(plain, undefined, 'https://shop.example')), { origin: 'https://shop.example' });
});

test('the address names the connection to log in to again, and the look as CSS names it', () => {
  const options = { url: 'https://connect.example', skipSuccessScreen: true, themeTokens: { onAccent: '#fff', accent: { light: '#0a0', dark: '#0f0' }, radius: '4px' } };
  const query = said(parts.address(options, undefined, 'https://shop.example', 'inst_1'));
  assert.deepEqual(query, {
    origin: 'https://shop.example', institution: 'inst_1', skip_success_screen: 'true',
    theme_tokens: '{"on-accent":"#fff","accent":{"light":"#0a0","dark":"#0f0"},"radius":"4px"}',
  });
});

test('an update says what has changed and nothing else', () => {
  assert.deepEqual(parts.update({ token: 't' }), { connect_widget: 1, type: 'update', token: 't' });
  assert.deepEqual(parts.update({ theme: 'dark', lang: 'en', themeTokens: { textMuted: 'gray' } }), {
    connect_widget: 1, type: 'update', theme: 'dark', lang: 'en', theme_tokens: { 'text-muted': 'gray' },
  });
});

test('the address is where the script came from, unless the host says another', () => {
  const at = (url, source) => parts.address({ token: 't', url }, parts.served(source), 'https://shop.example').href.split('?')[0];
  assert.equal(at(undefined, 'https://connect.example/v3/connect.js'), 'https://connect.example/');
  assert.equal(at(undefined, 'https://connect.example/v0.1.0/connect.mjs?a'), 'https://connect.example/');
  assert.equal(at('https://other.example', 'https://connect.example/connect.js'), 'https://other.example/');
  assert.equal(at('HTTP://localhost:8080/', undefined), 'http://localhost:8080/');
});

test('the widget may be below a path of another site', () => {
  const at = (url, source) => parts.address({ token: 't', url }, parts.served(source), 'https://shop.example').href.split('?')[0];
  for (const url of ['https://shop.example/bank', 'https://shop.example/bank/', 'https://shop.example/bank//']) assert.equal(at(url), 'https://shop.example/bank/');
  assert.equal(at(undefined, 'https://shop.example/a/bank/connect.js'), 'https://shop.example/a/bank/');
  assert.equal(at(undefined, 'https://shop.example/bank/v0.1.0/connect.mjs'), 'https://shop.example/bank/');
  assert.equal(at(undefined, 'https://shop.example/vendor/connect.js?1'), 'https://shop.example/vendor/');
});

test('an address that cannot be the widget is said at once', () => {
  const bundles = ['https://shop.example/assets/index-1a2b.js', 'http://localhost:5173/node_modules/.vite/deps/connect-widget.js?v=1', 'file:///shop/connect.mjs'];
  const paths = ['https://other.example/bank?a=b', 'https://other.example/bank#a', 'https://other.example/?a=b'];
  const insecure = ['http://connect.example', 'http://10.0.0.7:8080'];
  for (const [url, base] of [[undefined, undefined], ['javascript:alert(1)'], ['nonsense'], [undefined, 'data:text/javascript,1'], [''], ...bundles.map((base) => [undefined, base]), ...paths.map((url) => [url]), ...insecure.map((url) => [url])]) {
    assert.throws(() => parts.address({ token: 't', url }, parts.served(base), 'https://shop.example'), { name: 'TypeError', message: /give `url`/ }, `${url} ${base}`);
  }
  for (const url of ['http://localhost:8080', 'http://connect.localhost', 'http://127.0.0.1:8080', 'http://[::1]:8080']) parts.address({ token: 't', url }, undefined, 'https://shop.example');
  parts.address({ token: 't', url: 'http://connect.lan' }, undefined, 'http://shop.lan');
});

test('only whole messages of the protocol are read', () => {
  const good = [
    { connect_widget: 1, type: 'loaded' },
    { connect_widget: 1, type: 'ready' },
    { connect_widget: 1, type: 'leaving' },
    { connect_widget: 1, type: 'back', data: { did_go_back: true } },
    { connect_widget: 1, type: 'event', name: 'opened', data: {} },
    { connect_widget: 1, type: 'success', data: { institution_id: 'i', provider: 'demo', provider_name: 'Demo', accounts: [] } },
    { connect_widget: 1, type: 'error', data: { code: 'timeout', message: 'm' } },
    { connect_widget: 1, type: 'exit', data: { reason: 'user_closed' } },
  ];
  for (const message of good) assert.equal(parts.read(message)?.type, message.type);
  const bad = [
    undefined, null, '', 'ready', '{"connect_widget":1,"type":"ready"}', 0, NaN, true, [], {}, () => {}, Symbol.iterator,
    ...good.map((message) => ({ ...message, connect_widget: 2 })),
    ...good.map((message) => [message]),
    ...good.slice(3).flatMap((message) => [null, undefined, 'x', 1, []].map((data) => ({ ...message, data }))),
    { connect_widget: 1 }, { connect_widget: 1, type: 'init', token: 'x' }, { connect_widget: 1, type: 'constructor', data: {} },
    { connect_widget: 1, type: 'event', data: {} }, { connect_widget: 1, type: 'event', name: 7, data: {} },
    ...good.slice(5).flatMap((message) => Object.keys(message.data).filter((key) => key !== 'provider_name').map((key) => ({ ...message, data: { ...message.data, [key]: 7 } }))),
    ...good.slice(5).map((message) => ({ ...message, data: {} })),
  ];
  for (const message of bad) assert.equal(parts.read(message), undefined);
});

test("the widget's pages are told from foreign ones, whichever of message and load event comes first", (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const fate = (...steps) => {
    const said = new Set();
    const say = (word) => () => said.add(word);
    const page = parts.arrival({ show: () => {}, foreign: say('foreign'), document: () => undefined });
    for (const step of steps) {
      if (step === 'load' || step === 'leaving') page[step]();
      else if (typeof step === 'number') t.mock.timers.tick(step);
      else page.said(step);
    }
    t.mock.timers.tick(60_000);
    page.end();
    return said.has('foreign') ? 'foreign' : 'ours';
  };
  const ways = [
    ['loaded', 'ready', 'load'], ['loaded', 'load', 'ready'], ['loaded', 'load', 5000, 'ready'], ['loaded', 'loaded', 'load', 'ready', 'ready'],
    ['load', 999, 'loaded', 'ready'], ['ready', 'load'], ['load', 'ready'], ['ready', 'load', 'ready', 'ready'],
  ];
  for (const first of ways) {
    assert.equal(fate(...first), 'ours', first);
    assert.equal(fate(...first, 'load'), 'foreign', `${first}, then another page`);
    assert.equal(fate(...first, 'leaving', 'load'), 'foreign', `${first}, then another page that was said to come`);
    for (const second of ways) {
      assert.equal(fate(...first, 'leaving', ...second), 'ours', `${first}, then ${second}`);
      if (first.includes('loaded') && second.includes('loaded')) assert.equal(fate(...first, ...second, ...second), 'ours', `${first}, then ${second}, unannounced`);
    }
  }
  assert.equal(fate('loaded', 'load', 'loaded', 'leaving', 'load'), 'foreign', 'a page that said more than once does not speak for the next one');
  assert.equal(fate('load'), 'foreign');
  assert.equal(fate('load', 1000, 'loaded'), 'foreign');
});

test('a page that comes without a load event, as errors do in Firefox, is seen by the document that is gone', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const said = [];
  let document = {};
  const page = parts.arrival({ show: (isOurs) => said.push(isOurs), foreign: () => said.push('foreign'), document: () => document });
  page.begin();
  t.mock.timers.tick(20_000);
  assert.deepEqual(said, [], 'nothing has come');
  document = null;
  page.said('loaded');
  t.mock.timers.tick(20_000);
  assert.deepEqual(said, [true], 'the widget has come, and its document cannot be read either');
  page.leaving();
  for (const _ of [1, 2]) t.mock.timers.tick(1000);
  assert.deepEqual(said, [true, false, false, 'foreign']);
  page.end();
  const quick = parts.arrival({ show: () => {}, foreign: () => said.push('at once'), document: () => document });
  quick.begin();
  for (const _ of [1, 2]) t.mock.timers.tick(1000);
  assert.equal(said.at(-1), 'at once', 'also where it came before this part of the script');
  quick.end();
});

const success = { type: 'success', result: { institution_id: 'i', provider: 'demo', provider_name: 'Demo', accounts: [] } };

test('the events tell where the user is, and what is connected', () => {
  const far = parts.progress();
  const after = (name, data) => {
    far.event({ name, data });
    return [far.place(), far.connected()];
  };
  const [demo, other] = [{ provider: 'demo' }, { provider: 'other' }];
  const failed = { ...demo, institution_id: 'i' };
  assert.deepEqual(after('opened', {}), [{}, undefined]);
  assert.deepEqual(after('institution_selected', { ...demo, provider_name: 'Demo' }), [demo, undefined]);
  assert.deepEqual(after('failed', { ...failed, code: 'timeout', message: 'm' }), [failed, undefined]);
  assert.deepEqual(after('screen_shown', { screen: 'credentials' }), [failed, undefined]);
  assert.deepEqual(after('screen_shown', { screen: 'search' }), [{}, undefined], 'he is at no bank');
  assert.deepEqual(after('institution_selected', other), [other, undefined], 'the id was the other bank\'s');
  assert.deepEqual(after('question_asked', { provider: 7, institution_id: null }), [other, undefined]);

  for (const key of ['institution_id', 'provider', 'accounts']) {
    const [, connected] = after('connected', { ...success.result, [key]: undefined });
    assert.equal(connected, undefined, `no ${key}`);
  }
  assert.equal(after('no_such_event', success.result)[1], undefined);
  const told = structuredClone(success.result);
  assert.deepEqual(after('connected', told)[1], success.result);
  told.accounts.push('changed by a handler');
  assert.deepEqual(after('screen_shown', { screen: 'search' }), [{}, success.result]);
  const second = { ...success.result, institution_id: 'i2' };
  assert.deepEqual(after('connected', second), [{ ...demo, institution_id: 'i2' }, second]);
  assert.deepEqual(after('connected', { institution_id: 'i3' })[1], second);
});

const idle = { update: () => {}, back: async () => false, close: () => {}, destroy: () => {} };

test('whoever listens hears once, early or late, and only of what it asked for', async () => {
  const heard = [];
  const tell = parts.telling({ onSuccess: (result) => heard.push(['option', result]), onExit: () => heard.push('exit') }, idle);
  tell.session
    .onConnection((id, data) => heard.push(['early', id, data]))
    .onError(() => heard.push('error'))
    .onEvent((name, data) => heard.push(['event', name, data]));
  tell.event({ name: 'opened', data: {} });
  tell.outcome(success);
  tell.session.onConnection((id) => heard.push(['late', id])).onExit(() => heard.push('exit'));
  assert.equal(heard.length, 3, 'late handlers are told later');
  assert.deepEqual(await tell.session.result, success);
  assert.deepEqual(heard, [
    ['event', 'opened', {}],
    ['option', success.result],
    ['early', 'i', { provider: 'demo' }],
    ['late', 'i'],
  ]);
});

test('what a page gives is read once, by name, and shares nothing with it', () => {
  const deep = (object) => new Proxy(object, { get: (target, key) => (typeof target[key] === 'object' && target[key] ? deep(target[key]) : target[key]) });
  const themeTokens = { accent: { light: '#0a7d4f', dark: '#5fd08c' } };
  const signal = new AbortController().signal;
  let asked = 0;
  class Options {
    name = 'the shop';
    themeTokens = deep(themeTokens);
    institutions = deep(['a', 'b']);
    signal = signal;
    redirectUri = new URL('https://shop.example/back');
    search = undefined;
    get token() {
      asked++;
      return 't';
    }
    onSuccess() {
      return this.name;
    }
  }
  const options = parts.take(new Options(), parts.OPTIONS);
  assert.deepEqual(structuredClone({ ...options, signal: 0, onSuccess: 0 }), {
    token: 't', themeTokens, institutions: ['a', 'b'], redirectUri: 'https://shop.example/back', signal: 0, onSuccess: 0,
  });
  assert.equal(options.signal, signal);
  assert.equal(options.onSuccess(), 'the shop');
  assert.equal(asked, 1);
});

test('what cannot be copied is left out, and what cannot be read at all is a TypeError', () => {
  const loop = {};
  loop.loop = loop;
  const throws = { get accent() { throw new Error('mine'); } };
  const bad = Proxy.revocable({}, {});
  bad.revoke();
  for (const themeTokens of [loop, throws, () => {}, bad.proxy, { accent: 1n }]) {
    assert.deepEqual({ ...parts.take({ token: 'newer', themeTokens }, parts.CHANGES), themeTokens: 0 }, { token: 'newer', themeTokens: 0 });
    assert.equal(parts.take({ themeTokens }, parts.CHANGES).themeTokens, undefined);
  }
  for (const options of [undefined, null, bad.proxy]) assert.throws(() => parts.take(options, parts.OPTIONS), { name: 'TypeError', message: /give `options`/ });
});

test('the names at the door are those of the types, and so are the theme tokens that are known', () => {
  const fields = (name) => from('sdk/src/api.ts', new RegExp(`interface ${name} [^]*?\n}`), /^  (\w+)\?*:/gm);
  assert.deepEqual(parts.OPTIONS.split(' ').sort(), fields('ConnectOptions').filter((name) => name !== 'nonce'));
  assert.deepEqual(parts.CHANGES.split(' ').sort(), fields('SessionChanges'));
  assert.deepEqual(parts.TOKENS.split(' ').sort(), fields('ThemeTokens'));
});

test('awaiting the session gives the session', async () => {
  const { session } = parts.telling({}, idle);
  assert.equal(await session, session);
});

test('a session is an event target: listeners hear what handlers hear', async () => {
  const heard = [];
  const tell = parts.telling({}, idle);
  for (const kind of ['event', 'success', 'error', 'exit']) {
    tell.session.addEventListener(kind, (event) => heard.push([event.type, event.detail]));
  }
  tell.event({ name: 'opened', data: {} });
  tell.outcome({ type: 'error', error: { code: 'timeout', message: 'm' } });
  assert.deepEqual(heard, [['event', { name: 'opened', data: {} }], ['error', { code: 'timeout', message: 'm' }]]);
});

test('a listener that ends the session: those after it hear of the end, not of the event', () => {
  for (const silent of [false, true]) {
    const heard = [];
    const tell = parts.telling({ onSuccess: () => heard.push('success'), onEvent: () => tell.outcome(success, silent) }, idle);
    tell.session.addEventListener('event', () => heard.push('event'));
    tell.session.onEvent(() => heard.push('event'));
    tell.event({ name: 'opened', data: {} });
    tell.session.onEvent(() => heard.push('event'));
    assert.deepEqual(heard, ['success']);
  }
});

test('a session is ready once, or never: then it is told so', async () => {
  const usable = parts.telling({}, idle);
  usable.event({ name: 'opened', data: {} });
  usable.outcome(success);
  assert.equal(await usable.session.ready, true);
  const left = parts.telling({}, idle);
  left.outcome(success);
  assert.equal(await left.session.ready, false);
});

test('a silent end is heard by the promises alone, also afterwards', async () => {
  const heard = [];
  const exit = { type: 'exit', exit: { reason: 'host_closed' } };
  const tell = parts.telling({ onExit: () => heard.push('option') }, idle);
  tell.session.onExit(() => heard.push('early')).addEventListener('exit', () => heard.push('listener'));
  tell.outcome(exit, true);
  tell.session.onExit(() => heard.push('late'));
  assert.deepEqual(await tell.session.result, exit);
  assert.deepEqual(heard, []);
});

test('a success is told, however silently the session is ended', async () => {
  const heard = [];
  const tell = parts.telling({ onSuccess: () => heard.push('option') }, idle);
  tell.session.onConnection(() => heard.push('early'));
  tell.outcome(success, true);
  assert.deepEqual(heard, ['option', 'early']);
});

test('an error that nobody hears of is said in the console, and no other', (t) => {
  const said = t.mock.method(console, 'error', () => {});
  const error = { type: 'error', error: { code: 'timeout', message: 'm' } };
  parts.telling({ onError: () => {} }, idle).outcome(error);
  const chained = parts.telling({}, idle);
  chained.session.onError(() => {});
  chained.outcome(error);
  parts.telling({}, idle).outcome(success);
  parts.telling({}, idle).outcome(error, true);
  assert.equal(said.mock.callCount(), 0);
  parts.telling({}, idle).outcome(error);
  assert.deepEqual(said.mock.calls.map(({ arguments: words }) => words), [['ConnectWidget: timeout: m']]);
});

test('disposing is destroying, where there is such a symbol', () => {
  const own = Object.getOwnPropertyDescriptor(Symbol, 'dispose');
  const destroyed = [];
  const session = () => parts.telling({}, { ...idle, destroy: () => destroyed.push('once') }).session;
  if (own) session()[Symbol.dispose]();
  assert.equal(destroyed.length, own ? 1 : 0);
  assert.equal(typeof session().destroy, 'function');
});
