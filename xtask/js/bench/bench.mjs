// Counts what a person waits for, against the built widget and the sandbox server: bytes, requests and frames until the
// field and the rows are there, frames until the rows fit what was typed, and the price of a search. With PEER beside another widget.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../chromium.mjs';
import { servePeer } from './peer.mjs';
import { judge, median, medians, print } from './table.mjs';
import { LINES, visit } from './visit.mjs';

const TYPED = 'caisse depargne';
const SEARCHES = 200;
const RUNS = Number(process.env.RUNS);

const folder = mkdtempSync(join(tmpdir(), 'connect-bench-'));
const origin = `http://127.0.0.1:${await freePort()}`;
const server = spawn(
  process.env.CONNECT_SERVER,
  ['--sandbox', '--listen', new URL(origin).host, '--dist', process.env.DIST, '--database', join(folder, 'connect.db'), '--log', 'warn'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const ended = new Promise((resolve) => server.once('exit', resolve));
let browser;
let peer;
try {
  await until(() => fetch(`${origin}/healthz`).then((response) => response.ok, () => false), 'the server answers');
  const token = await newToken();
  browser = await launch();
  peer = process.env.PEER ? await servePeer(process.env.PEER) : undefined;
  const address = () => `${origin}/#token=${token}`;
  await visiting({ name: 'ours', address, field: '[role=combobox]', rows: '[role=option]', found: '[role=option]', typed: TYPED }, peer?.subject);
  const page = await browser.newPage();
  await page.goto(address());
  await typing(page);
  await searching(token);
} finally {
  await browser?.close();
  peer?.end();
  server.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

/** In turns, so that what else the machine does falls on both. */
async function visiting(...subjects) {
  const compared = subjects.filter(Boolean);
  for (const line of LINES) {
    const visits = compared.map(() => []);
    for (let run = 0; run < RUNS; run++) {
      for (const [at, subject] of compared.entries()) visits[at].push(await visit(browser, subject, line));
    }
    const middle = visits.map((runs) => medians(runs.map(({ numbers }) => numbers)));
    print(`${line.name}, medians of ${RUNS}`, middle, compared.map(({ name }) => name));
    if (line.isSlow) judge(middle);
    else list(visits[0][0]);
  }
}

function list({ first, requests }) {
  const short = ({ name, size }) => `    ${String(size).padStart(8)}  ${name.startsWith(origin) ? new URL(name).pathname : name}`;
  console.log('  Our requests before the field, bytes with headers:');
  for (const request of first) console.log(short(request));
  console.log('  And after it:');
  for (const request of requests) if (!first.includes(request)) console.log(short(request));
}

async function typing(page) {
  const field = page.getByRole('combobox');
  await page.getByRole('option').first().waitFor();
  console.log(`\nFrames from a keystroke until the first row fits what was typed ("${TYPED}")`);
  let spinners = 0;
  for (let length = 1; length <= TYPED.length; length++) {
    await page.evaluate(watchFrames, TYPED.slice(0, length));
    await field.press(TYPED[length - 1] === ' ' ? 'Space' : TYPED[length - 1]);
    const { frames, spinner } = await page.evaluate(() => window.watched);
    spinners += spinner ? 1 : 0;
    console.log(`  ${TYPED.slice(0, length).padEnd(TYPED.length)}  ${String(frames).padStart(3)}${spinner ? '  (a spinner was seen)' : ''}`);
  }
  console.log(`Keystrokes that showed a spinner: ${spinners} of ${TYPED.length}`);
}

/** Runs in the page: counts frames from the next input on, and watches until the answer is in; at most 600. */
function watchFrames(typed) {
  const plain = (text) => text.normalize('NFD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  const fits = () => plain(document.querySelector('[role=option]')?.textContent ?? '').includes(plain(typed));
  const asking = () => document.querySelector('.busy');
  // The field's own sign of asking is drawn after a delay, so what counts is whether it can be seen.
  const spins = () =>
    (asking() && Number(getComputedStyle(asking(), '::after').opacity) > 0) ||
    [...document.querySelectorAll('[role=progressbar], .spinner, .skeleton')].some((element) => element.checkVisibility());
  window.watched = new Promise((resolve) => {
    const watch = () => {
      let frames = 0;
      let fitting;
      let spinner = false;
      const frame = () => {
        frames++;
        spinner ||= spins();
        if (fits()) fitting ??= frames;
        if ((fitting && !asking()) || frames === 600) resolve({ frames: fitting ?? 'never', spinner });
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    };
    document.addEventListener('input', watch, { once: true, capture: true });
  });
}

/** As a ratio to an empty answer of the same server in the same run, so that machines can be compared. */
async function searching(token) {
  const headers = { authorization: `Bearer ${token}` };
  const search = (turn) => {
    const text = TYPED.slice(0, 1 + (turn % TYPED.length));
    return fetch(`${origin}/v1/providers?search=${encodeURIComponent(text)}`, { headers });
  };
  const empty = () => fetch(`${origin}/healthz`);
  const times = { search: [], empty: [] };
  for (let turn = 0; turn < SEARCHES; turn++) {
    times.search.push(await milliseconds(() => search(turn)));
    times.empty.push(await milliseconds(empty));
  }
  const ratio = median(times.search) / median(times.empty);
  console.log(`\nA search costs the server ${ratio.toFixed(1)} times an empty answer (medians of ${SEARCHES}, taken in turns)`);
}

async function milliseconds(ask) {
  const started = performance.now();
  const response = await ask();
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return performance.now() - started;
}

async function newToken() {
  const response = await fetch(`${origin}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo:demo-secret')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: 'bench' }),
  });
  if (!response.ok) throw new Error(`POST /v1/tokens answered ${response.status}`);
  return (await response.json()).token;
}

async function until(holds, what) {
  // The server first imports its catalogue of banks.
  const deadline = Date.now() + 180_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
