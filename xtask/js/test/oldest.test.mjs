// What is newer than the oldest browsers is told, and what is asked for before it is used is not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { WASM_OPT } from '../minify.mjs';
import { ofProgram, ofScript, ofStyles } from '../oldest.mjs';
import { writtenDown } from '../styles.mjs';

const told = (found) => [...found.keys()];

test('style sheets: properties, values, functions, selectors, rules', () => {
  assert.deepEqual(told(ofStyles('a{field-sizing:content}')), ['field-sizing', 'field-sizing: content']);
  assert.deepEqual(told(ofStyles('a{color:light-dark(red,blue)}')), ['light-dark()']);
  assert.deepEqual(told(ofStyles('a{color:oklch(from var(--b) l c h)}')), ['oklch(from …)']);
  assert.deepEqual(told(ofStyles('a:has(b){color:red}')), [':has()']);
  assert.deepEqual(told(ofStyles('a:user-valid{color:red}')), [':user-valid']);
  assert.deepEqual(told(ofStyles('@starting-style{a{color:red}}')), ['@starting-style']);
  assert.deepEqual(told(ofStyles('@layer x{a:hover{color:rgb(1 2 3/.5);height:100dvh}}')), []);
});

test('style sheets: what is asked for first may be new', () => {
  assert.deepEqual(told(ofStyles('@supports (color:oklch(from red l c h)){a{color:oklch(from red l c h)}}')), []);
});

test('style sheets: the build writes pairs of colours down, and keeps rules apart that not all know', () => {
  const code = writtenDown(':root{color-scheme:light dark;--b:light-dark(#fff,#000)} i{order:1} i:has(b){order:1}');
  assert.deepEqual(told(ofStyles(code)), [':has()']);
  assert.match(code, /--b:var\(--light,#fff\)var\(--dark,#000\)/);
  assert.match(code, /i\{order:1\}i:has\(b\)\{order:1\}/);
});

test('scripts: members and globals, but for names of their own', () => {
  assert.deepEqual(told(ofScript('URL.canParse(x); Promise.withResolvers()')), ['canParse', 'withResolvers']);
  assert.deepEqual(told(ofScript('new WebTransport(x)')), ['WebTransport']);
  assert.deepEqual(told(ofScript('class WebTransport {} new WebTransport(); fetch(x).then(y)')), []);
});

test('scripts: a syntax that is newer is no script', () => {
  assert.throws(() => ofScript('/x/v.test(y)'), SyntaxError);
});

test('programs: a feature that is not among those of the build is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'connect-oldest-'));
  const assembled = (text) => {
    writeFileSync(join(folder, 'x.wat'), text);
    execFileSync(join(dirname(WASM_OPT), 'wasm-as'), [join(folder, 'x.wat'), '--all-features', '-o', join(folder, 'x.wasm')]);
    return join(folder, 'x.wasm');
  };
  assert.deepEqual(told(ofProgram(assembled('(module (func (result i32) (i32.extend8_s (i32.const 1))))'))), []);
  const path = assembled('(module (func (result v128) (v128.const i32x4 0 0 0 0)))');
  assert.throws(() => ofProgram(path));
  rmSync(folder, { recursive: true });
});
