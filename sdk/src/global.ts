/** connect.js: the classic script, global `ConnectWidget`. Loaded twice, the first stays. */
import type * as Module from './module';
import { address, isLocal, served } from './address';
import { open, type Source } from './connect';

/** Its address: of this version and of this build, whatever the server has by then. */
declare const LATER: string;

const page = globalThis as { ConnectWidget?: Partial<Pick<typeof Module, 'connect' | 'reconnect' | 'resume' | 'preload'>> };
// Read while the script runs; it is gone afterwards.
const base = served((document.currentScript as HTMLScriptElement | null)?.src);

const source: Source = {
  base,
  /** Fetched where developers are, so that nobody else waits for words that they never see. */
  hint(...given) {
    if (base && isLocal(location.hostname)) import(`${base}hints.mjs`).then(({ hint }) => hint(...given), () => {});
  },
  /** A page that has this script in one of its own has the rest from the widget's server. */
  later: (url, use, failed = () => {}) => void import(new URL(LATER, base || url) as URL & string).then(use, failed),
};

if (!page.ConnectWidget?.connect) {
  page.ConnectWidget = {
    connect: (options) => open(options, source),
    reconnect: (institutionId, options) => open(options, source, institutionId),
    resume: (url, options) => open({ ...options, resume: url }, source),
    preload(options = {}) {
      // What cannot be an address is said at once.
      const url = address(options, base, location.origin);
      source.later(url, ({ warm }) => warm(url));
    },
  };
}
