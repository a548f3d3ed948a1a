/** connect.js: the classic script, global `ConnectWidget`. Loaded twice, the first stays. */
import type * as Module from './module';
import { open } from './connect';
import { warm } from './preload';

const page = globalThis as { ConnectWidget?: Partial<Pick<typeof Module, 'connect' | 'reconnect' | 'resume' | 'preload'>> };
// Read while the script runs; it is gone afterwards.
const base = (document.currentScript as HTMLScriptElement | null)?.src;

if (!page.ConnectWidget?.connect) {
  page.ConnectWidget = {
    connect: (options) => open(options, base),
    reconnect: (institutionId, options) => open(options, base, institutionId),
    resume: (url, options) => open({ ...options, resume: url }, base),
    preload: (options) => warm(options, base),
  };
}
