/** connect.mjs: the ES module. Importing it touches nothing. */
import { address, served } from './address';
import type { ConnectOptions, PreloadOptions, Session } from './api';
import { open, type Source } from './connect';
import { hint } from './hints';
import * as later from './later';

export * from './lists';

const source: Source = { base: served(import.meta.url), hint, later: (_, use) => use(later) };

/** Opens the widget. Call it in a click. */
export function connect(options: ConnectOptions): Session {
  return open(options, source);
}

/** Opens the widget for a connection that there is, to log in to its bank again. */
export function reconnect(institutionId: string, options: ConnectOptions): Session {
  return open(options, source, institutionId);
}

/** Opens the widget on the page that a redirect comes back to; `url` is that page's `location.href`. */
export function resume(url: string, options: ConnectOptions): Session {
  return open({ ...options, resume: url }, source);
}

/** Fetches the widget before it is asked for: once your page is there, or when the user comes near the button. */
export function preload(options?: PreloadOptions): void {
  later.warm(address(options ?? {}, source.base, location.origin));
}
