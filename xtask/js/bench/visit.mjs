// One visit to a page by a browser that has never been there: when what is needed is there, and what it took.

/** Lines to the page; the second is Lighthouse's slow 4G, with its slower CPU. Bytes a second, milliseconds there and back. */
export const LINES = [
  { name: 'This machine', cpu: 1 },
  { name: 'Slow 4G, CPU 4 times slower', isSlow: true, cpu: 4, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 },
];

const WINDOW = { width: 420, height: 680 };
/** How long nothing is asked before the page counts as loaded, and how long that is waited for, in milliseconds. */
const QUIET = 500;
const PATIENCE = 15_000;
/** What is fetched once the first screen stands, whenever it comes. */
const LATER = /\/connect-rest-[^/]*\.wasm$/;

/**
 * What a person waits for, as numbers, and the requests that it took.
 * `subject`: `address()` gives the page's; `field`, `rows` and `found` are selectors; `typed` is put into the field at once.
 */
export async function visit(browser, subject, line) {
  const context = await browser.newContext({ viewport: WINDOW });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const { isSlow, cpu, latency, downloadThroughput, uploadThroughput } = line;
    const quiet = await watchNetwork(devtools);
    if (isSlow) await devtools.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput, uploadThroughput });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    await page.addInitScript(watch, { field: subject.field, rows: subject.rows });
    await page.goto(await subject.address(), { waitUntil: 'commit' });
    const seen = await page.evaluate(() => window.bench.seen);
    if (!seen) throw new Error(`${subject.name}: the field (${subject.field}) or the rows (${subject.rows}) did not come within a minute`);
    await quiet();
    const { field, rows, compiled, tasks, requests } = await page.evaluate(gathered);
    const until = (moment) => requests.filter(({ name, end }) => end <= moment && !LATER.test(name));
    const [first, all] = [until(field.now), until(rows.now)];
    const bytes = (some) => some.reduce((sum, { size }) => sum + size, 0);
    const early = tasks.filter(({ start }) => start < rows.now);
    const wasm = first.find(({ name }) => name.endsWith('.wasm'));
    return {
      requests,
      numbers: {
        bytesToField: bytes(first),
        bytesLater: bytes(requests) - bytes(first),
        requestsToField: first.length,
        tripsToField: trips(first),
        requestsToRows: all.length,
        tripsToRows: trips(all),
        field: field.now,
        rows: rows.now,
        framesBetween: Math.max(0, rows.frame - field.frame),
        longTasks: early.length,
        longMillis: early.reduce((sum, { millis }) => sum + millis, 0),
        ...(wasm && { wasmAsked: wasm.start, wasmCame: wasm.end, wasmCompiled: Math.max(compiled, wasm.end) }),
        ...(await typing(page, subject)),
      },
      first,
    };
  } finally {
    await context.close();
  }
}

/** Gives what waits until nothing has been asked for a while, so that what comes after the rows is counted too. */
async function watchNetwork(devtools) {
  const open = new Set();
  let last = Date.now();
  const note = (change) => (event) => {
    change(event.requestId);
    last = Date.now();
  };
  devtools.on('Network.requestWillBeSent', note((id) => open.add(id)));
  for (const end of ['Finished', 'Failed']) devtools.on(`Network.loading${end}`, note((id) => open.delete(id)));
  await devtools.send('Network.enable');
  return async () => {
    const given = Date.now();
    while ((open.size > 0 || Date.now() - last < QUIET) && Date.now() - given < PATIENCE) await new Promise((resolve) => setTimeout(resolve, 50));
  };
}

/** Runs in the page before everything else: notes the first frames in which the field and the rows are there to be used. */
function watch({ field, rows }) {
  if (window.top !== window) return;
  const bench = { tasks: [] };
  window.bench = bench;
  performance.setResourceTimingBufferSize(10_000);
  const note = (list) => bench.tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ start: startTime, millis: duration })));
  new PerformanceObserver(note).observe({ type: 'longtask', buffered: true });
  for (const name of ['compileStreaming', 'instantiateStreaming', 'compile', 'instantiate']) {
    const real = WebAssembly[name];
    WebAssembly[name] = (...given) => {
      const made = real.apply(WebAssembly, given);
      made.then(() => (bench.compiled ??= performance.now()), () => {});
      return made;
    };
  }
  const isThere = (selector) => [...document.querySelectorAll(selector)].some((element) => !element.disabled && element.checkVisibility());
  bench.seen = new Promise((resolve) => {
    let frame = 0;
    const look = () => {
      const at = { now: performance.now(), frame: frame++ };
      if (isThere(field)) bench.field ??= at;
      if (isThere(rows)) bench.rows ??= at;
      if (bench.field && bench.rows) resolve(true);
      else if (at.now > 60_000) resolve(false);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Runs in the page. */
function gathered() {
  const { field, rows, compiled, tasks } = window.bench;
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const request = ({ name, startTime, responseEnd, transferSize }) => ({ name, start: startTime, end: responseEnd, size: transferSize });
  return { field, rows, compiled, tasks, requests: entries.map(request) };
}

/** How many requests had to wait for one another: the longest row of them in which each began when one before it had ended. */
function trips(requests) {
  const known = [];
  for (const { start, end } of [...requests].sort((a, b) => a.start - b.start)) {
    const before = known.filter((other) => other.end <= start).map(({ depth }) => depth);
    known.push({ end, depth: 1 + Math.max(0, ...before) });
  }
  return Math.max(0, ...known.map(({ depth }) => depth));
}

/** Puts it all into the field at once and counts frames until the first row has it; what stood there before does not count. */
async function typing(page, { field, found, typed }) {
  await page.evaluate(watchTyping, { found, typed });
  await page.locator(field).focus();
  await page.keyboard.insertText(typed);
  const { frames, millis } = await page.evaluate(() => window.bench.typed);
  return { framesTyped: frames, millisTyped: millis };
}

/** Runs in the page. */
function watchTyping({ found, typed }) {
  const plain = (text) => text.normalize('NFD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  const fits = () => plain(document.querySelector(found)?.textContent ?? '').includes(plain(typed));
  if (fits()) throw new Error(`the first row has "${typed}" before it is typed: choose other words`);
  window.bench.typed = new Promise((resolve) => {
    const count = () => {
      const started = performance.now();
      let frames = 0;
      const frame = () => {
        frames++;
        const ended = fits() || frames === 600;
        if (ended) resolve({ frames: fits() ? frames : Infinity, millis: performance.now() - started });
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    };
    document.addEventListener('input', count, { once: true, capture: true });
  });
}
