/** connect.mjs: the ES module. Importing it touches nothing. */
import type { ConnectOptions, PreloadOptions, Session } from './api';
import { open } from './connect';
import { hint } from './hints';
import { warm } from './preload';

export * from './lists';

/** Opens the widget. Call it in a click. */
export function connect(options: ConnectOptions): Session {
  return open(options, import.meta.url, hint);
}

/** Opens the widget for a connection that there is, to log in to its bank again. */
export function reconnect(institutionId: string, options: ConnectOptions): Session {
  return open(options, import.meta.url, hint, institutionId);
}

/** Opens the widget on the page that a redirect comes back to; `url` is that page's `location.href`. */
export function resume(url: string, options: ConnectOptions): Session {
  return open({ ...options, resume: url }, import.meta.url, hint);
}

/** Fetches the widget before it is asked for: once your page is there, or when the user comes near the button. */
export function preload(options?: PreloadOptions): void {
  warm(options, import.meta.url);
}
