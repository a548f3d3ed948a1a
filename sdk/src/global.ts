/** connect.js: the classic script, global `ConnectWidget`. Loaded twice, the first stays. */
import type { ConnectOptions } from './api';
import { open } from './connect';

const page = globalThis as { ConnectWidget?: { connect?: unknown } };
// Read while the script runs; it is gone afterwards.
const base = (document.currentScript as HTMLScriptElement | null)?.src;

if (typeof page.ConnectWidget?.connect !== 'function') {
  page.ConnectWidget = { connect: (options: ConnectOptions) => open(options, base) };
}
