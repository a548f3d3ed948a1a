/** connect.js: the classic script, global `ConnectWidget`. Loaded twice, the first stays. */
import type * as Module from './module';
import { isLocal } from './address';
import { type Hint, open } from './connect';
import { warm } from './preload';

const page = globalThis as { ConnectWidget?: Partial<Pick<typeof Module, 'connect' | 'reconnect' | 'resume' | 'preload'>> };
// Read while the script runs; it is gone afterwards.
const base = (document.currentScript as HTMLScriptElement | null)?.src;

/** Fetched where developers are, so that nobody else waits for words that they never see. */
const hint: Hint = (...given) => {
  if (base && isLocal(location.hostname)) import(new URL('hints.mjs', base).href).then(({ hint }) => hint(...given), () => {});
};

if (!page.ConnectWidget?.connect) {
  page.ConnectWidget = {
    connect: (options) => open(options, base, hint),
    reconnect: (institutionId, options) => open(options, base, hint, institutionId),
    resume: (url, options) => open({ ...options, resume: url }, base, hint),
    preload: (options) => warm(options, base),
  };
}
