/** connect.mjs: the ES module. Importing it touches nothing. */
import type { ConnectOptions, Session } from './api';
import { open } from './connect';

/** Opens the widget over the page. Call it in a click. */
export function connect(options: ConnectOptions): Session {
  return open(options, import.meta.url);
}
