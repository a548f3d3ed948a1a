// Counts what a person waits for, against the built widget and the sandbox server: bytes and requests
// before the search field is usable, frames until the rows fit what was typed, and the price of a search.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './chromium.mjs';

const TYPED = 'caisse depargne';
const SEARCHES = 200;

const folder = mkdtempSync(join(tmpdir(), 'connect-bench-'));
const origin = `http://127.0.0.1:${await freePort()}`;
const server = spawn(
  process.env.CONNECT_SERVER,
  ['--sandbox', '--listen', new URL(origin).host, '--dist', process.env.DIST, '--database', join(folder, 'connect.db'), '--log', 'warn'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const ended = new Promise((resolve) => server.once('exit', resolve));
let browser;
try {
  await until(() => fetch(`${origin}/healthz`).then((response) => response.ok, () => false), 'the server answers');
  const token = await newToken();
  browser = await launch();
  const page = await browser.newPage();
  await loading(page, `${origin}/#token=${token}`);
  await typing(page);
  await searching(token);
} finally {
  await browser?.close();
  server.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function loading(page, address) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const requests = [];
  let bytes = 0;
  devtools.on('Network.requestWillBeSent', ({ request }) => requests.push(new URL(request.url).pathname));
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(address);
  await page.getByRole('combobox').waitFor();
  console.log(`Before the search field is usable: ${requests.length} requests, ${bytes} bytes with headers`);
  for (const path of requests) console.log(`  ${path}`);
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

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
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
