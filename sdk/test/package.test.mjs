// The npm package as its users get it: packed from a clean checkout, installed, and taken by each kind of project.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { NAME, SUBPATHS, VERSION } from '../build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const shop = mkdtempSync(join(tmpdir(), 'connect-shop-'));
const installed = join(shop, 'node_modules', NAME);
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
let tarball;
let packed;

before(() => {
  // Nothing is there that `prepack` does not make.
  rmSync(join(here, '../dist'), { recursive: true, force: true });
  const told = execFileSync('npm', ['pack', '--json', '--pack-destination', shop], { cwd: join(here, '..'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  [packed] = Object.values(JSON.parse(told.slice(told.search(/^[[{]/m))));
  tarball = join(shop, packed.filename);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of ['react', '@types', 'csstype']) symlinkSync(join(root, 'node_modules', name), join(shop, 'node_modules', name));
});
after(() => rmSync(shop, { recursive: true }));

test('it has its code, its types, its README and its licences, and names each file that it has', () => {
  const { exports, private: isPrivate } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const named = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(named));
  const beside = ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md'];
  const files = [...new Set([...named(exports), ...beside].map((path) => path.replace('./', '')))].sort();
  assert.deepEqual(packed.files.map(({ path }) => path).sort(), files);
  assert.equal(isPrivate, undefined, 'it can be published to a registry of one\'s own');
  assert.deepEqual(Object.keys(exports), ['.', ...SUBPATHS.map((path) => `./${path}`), './connect.js', './package.json']);
});

test('its README says what it is made from', () => {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  assert.match(readme, /whole checkout.*no Rust/);
  assert.ok(readme.includes('npm ci && npm pack ./sdk'));
});

test('its version is that of the server', () => {
  const [, version] = readFileSync(join(root, 'Cargo.toml'), 'utf8').match(/^version = "(.*)"/m);
  assert.equal(VERSION, version);
});

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true });
  assert.deepEqual(messages, []);
});

test('the types are right for who resolves as Node or a bundler does', async () => {
  const { problems } = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  // Before Node 12.7 there were no `exports`, and the classic script is no module.
  const real = problems.filter(({ resolutionKind, entrypoint }) => resolutionKind !== 'node10' && entrypoint !== './connect.js');
  assert.deepEqual(real, []);
});

const SOURCE = `import { createElement } from 'react';
import { connect, preload, type Session } from '${NAME}';
import '${NAME}/element';
import { Connect } from '${NAME}/react';
import * as double from '${NAME}/testing';
export const session: Session = connect({ url: 'https://connect.example', token: 'abc' });
// @ts-expect-error: a bundle does not know where the widget is
connect({ token: 'abc' });
// @ts-expect-error: nor does it when it only fetches
preload();
// @ts-expect-error: nor does a component
createElement(Connect, { token: 'abc' });
preload({ url: 'https://connect.example' });
createElement(Connect, { url: 'https://connect.example', token: 'abc', using: double });
export const used = [Connect, double.last, document.createElement('connect-widget').session];
`;

for (const [what, file, module, moduleResolution] of [
  ['an ES module of Node', 'shop.mts', 'node16', 'node16'],
  ['a CommonJS module of Node', 'shop.cts', 'node16', 'node16'],
  ['an ES module of the newest Node', 'shop.mts', 'nodenext', 'nodenext'],
  ['a CommonJS module of the newest Node', 'shop.cts', 'nodenext', 'nodenext'],
  ['a bundler', 'shop.ts', 'esnext', 'bundler'],
]) {
  test(`types: ${what} takes it, strictly`, () => {
    writeFileSync(join(shop, file), SOURCE);
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', lib: ['es2022', 'dom'], types: [], module, moduleResolution };
    const config = join(shop, `tsconfig.${module}.${file}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
    try {
      execFileSync(process.execPath, [tsc, '-p', config], { cwd: shop, encoding: 'utf8' });
    } catch (failure) {
      assert.fail(failure.stdout);
    }
  });
}

for (const [how, file, load] of [
  ['import', 'shop.mjs', (path) => `await import('${path}')`],
  ['require, as Jest does', 'shop.cjs', (path) => `require('${path}')`],
]) {
  test(`${how}: every subpath can be taken, and connect() wants to know where the widget is`, () => {
    const paths = ['', ...SUBPATHS.map((path) => `/${path}`)];
    const entries = paths.map((path) => `'${path}': Object.keys(${load(NAME + path)}).filter((name) => !/default|module.exports/.test(name)).sort()`);
    writeFileSync(
      join(shop, file),
      `(async () => {
        const names = { ${entries.join(', ')} };
        globalThis.location = { origin: 'https://shop.example' };
        let mistake;
        try { (${load(NAME)}).connect({ token: 'abc' }); } catch (error) { mistake = String(error); }
        console.log(JSON.stringify({ names, mistake }));
      })();`,
    );
    const { names, mistake } = JSON.parse(execFileSync(process.execPath, [join(shop, file)], { cwd: shop, encoding: 'utf8' }));
    const functions = ['connect', 'preload', 'reconnect', 'resume'];
    assert.deepEqual(names[''].filter((name) => !/^[A-Z]/.test(name)), functions);
    assert.deepEqual(names['/element'], ['ConnectWidgetElement']);
    assert.deepEqual(names['/react'], ['Connect', 'useConnect']);
    assert.ok(functions.every((name) => names['/testing'].includes(name)));
    assert.match(mistake, /TypeError: ConnectWidget: give `url`/);
  });
}
