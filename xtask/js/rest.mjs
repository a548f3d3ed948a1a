// Part of the page's program: fetches what comes after the list of banks, and gives it to the program. Written into the
// built page by cut.mjs, which knows the file's name and content.

/* global REST_FILE, REST_INTEGRITY */

/** The longest pause before it is fetched again, in seconds. */
const LONGEST_PAUSE = 8;
/** How long a line may take at the first try, in milliseconds; at each further one as much again. */
const PATIENCE = 20_000;

/** Pages that begin with a screen of the later part: for a bank, a connection or a login of before, with consent. */
const BEGINS_LATE = /(provider|institution|connection|resume|requestId|consent)\w*("?:"|=)./i;

const get = async (tries) => {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), tries * PATIENCE);
  try {
    const address = new URL(REST_FILE, import.meta.url);
    const response = await fetch(address, { integrity: REST_INTEGRITY, signal: limit.signal });
    return await response.arrayBuffer();
  } finally {
    clearTimeout(timer);
  }
};

// Beside the first part, where that will ask for it at once; else the line is left to the first part.
const opened = [self.connectFragment, location.search, document.getElementById('launch')?.textContent];
let early = (typeof history.state === 'string' || BEGINS_LATE.test(opened.join('&'))) && get(1);
early && early.catch(() => {});

/**
 * Calls the function `done` of the program's table with `data` once the later part is in its memory.
 * @param {[string, WebAssembly.ExportValue][]} shared What both parts share, by the names that the later part has for it.
 * @param {WebAssembly.Table} table
 */
export async function loadRest(shared, table, done, data) {
  for (let tries = 1; ; tries += 1) {
    try {
      const bytes = await (early || get(tries));
      const program = await WebAssembly.compile(bytes);
      const [css] = WebAssembly.Module.customSections(program, 'css');
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(new TextDecoder().decode(css));
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      await WebAssembly.instantiate(program, { __wasm_split: Object.fromEntries(shared) });
      break;
    } catch (error) {
      early = undefined;
      const pause = 2 ** (tries - 1);
      // The first script of the page shows a way on, where somebody waits. Offline the page says so by itself.
      if (pause > LONGEST_PAUSE && navigator.onLine && document.querySelector('.skeleton')) {
        self.connectUnloaded = true;
        throw new WebAssembly.RuntimeError(`${REST_FILE}: ${error}`);
      }
      await new Promise((again) => {
        setTimeout(again, Math.min(pause, LONGEST_PAUSE) * 1000);
        addEventListener('online', again, { once: true });
      });
    }
  }
  table.get(done)(data, 1);
}
