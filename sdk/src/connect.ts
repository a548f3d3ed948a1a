/** Opens the widget, all of it within the user's click, and ends it. What is said in between is in conversation.ts. */
import { address } from './address';
import type { ConnectOptions, Outcome, Session } from './api';
import type { Conversation } from './conversation';
import { CHANGES, OPTIONS, take } from './door';
import type { hint } from './hints';
import { place, type Place } from './place';
import { telling } from './session';

/** Where the parts come from that are not needed within the click; they may come later. */
export interface Source {
  /** The folder that this script came from, if that is the widget's. */
  base: string | undefined;
  hint: typeof hint;
  later(url: URL, use: (later: typeof import('./later')) => void, failed?: () => void): void;
}

export function open(given: ConnectOptions, { base, hint, later }: Source, reconnect?: string): Session {
  const options = take(given, OPTIONS);
  if (!options.mode && 'container' in options) options.mode = 'inline';
  const url = address(options, base, location.origin, reconnect);
  /** Aborted with the session's end; every listener goes with it. */
  const over = new AbortController();
  const { signal } = over;
  let at: Place | undefined;
  let talk: Conversation | undefined;
  /** What is to be done as soon as there is somebody to talk. */
  const early: ((talk: Conversation) => void)[] = [];
  const then = (act: (typeof early)[number]) => (talk ? act(talk) : early.push(act));
  let heard = false;
  let loading: ReturnType<typeof setTimeout> | undefined;
  let limit: typeof loading;

  const { session, event, outcome } = telling(options, {
    update(given) {
      const next = take(given, CHANGES);
      hint(given, null);
      then((talk) => talk.update(next));
    },
    back: async () => !!(await talk?.back()),
    close: () => exit('host_closed'),
    destroy: () => exit('host_closed', true),
  });

  const finish = (end: Outcome, silent?: boolean) => {
    if (signal.aborted) return;
    over.abort();
    clearTimeout(loading);
    clearTimeout(limit);
    at?.remove();
    hint(end, false);
    outcome(end, silent);
  };
  /** For ends that the widget gave no result for: a bank that is connected is one all the same. */
  const end = (outcome: Outcome, silent?: boolean) => {
    const result = talk?.connected();
    finish(result ? { type: 'success', result: { ...result, ...state } } : outcome, silent);
  };
  const state = options.state && { state: options.state };
  const exit = (reason: string, silent?: boolean) => end({ type: 'exit', exit: { reason, ...talk?.place(), ...state } }, silent);
  const fail = (code: string, message: string) => end({ type: 'error', error: { code, message, ...talk?.place(), ...state } });
  const unreachable = (what: string) => () => fail('widget_unreachable', `${url.href.split('/?', 1)} did not ${what}`);

  /** Only silence has a limit. */
  const wait = (isLong?: boolean) => {
    clearTimeout(loading);
    if (isLong) loading = after(options.loadTimeoutMs ?? 30_000, unreachable('answer'));
  };
  const hear = (event: Event) => then((talk) => talk.hear(event));
  const put = (options: ConnectOptions) => {
    at = place(options, url.href, left);
    at.frame?.addEventListener('load', hear, { signal });
    then((talk) => talk.placed());
    wait(true);
  };
  const left = () => {
    // Nobody closes a window that has not come: the page's COOP has cut the tie to it.
    if (!at?.frame && !heard) {
      at?.remove();
      put({ ...options, mode: 'modal' });
    } else exit('user_closed');
  };
  if (options.signal?.aborted) {
    queueMicrotask(session.close);
    return session;
  }

  options.signal?.addEventListener('abort', session.close, { signal });
  put(options);
  hint(given, at!.frame);
  if (options.timeoutMs) limit = after(options.timeoutMs, () => exit('timeout'));
  const listen = (event: MessageEvent) => {
    if (!event.source || event.source !== at?.window() || event.origin !== url.origin) return;
    heard = true;
    hear(event);
  };
  addEventListener('message', listen, { signal });
  addEventListener('pagehide', () => exit('navigated'), { signal });

  const { token } = options;
  // A function that throws at once is one that rejects.
  const asked = (async () => (typeof token === 'function' ? token() : token))();
  asked.then(
    (given) => then((talk) => talk.given(given)),
    (reason) => then((talk) => talk.given('', reason)),
  );
  later(url, ({ converse }) => {
    if (signal.aborted) return;
    talk = converse({ options, url, signal, at: () => at, wait, finish, end, fail, gone: session.close, event });
    for (const act of early) act(talk);
  }, unreachable('load'));
  return session;
}

/** More than a browser's timers can count is never, and so is what is no number. */
const after = (millis: number, act: () => void) => (millis < 2 ** 31 ? setTimeout(act, millis) : undefined);
