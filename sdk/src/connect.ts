/** Opens the widget, hands it the token and reports what it says. */
import { address } from './address';
import type { ConnectOptions, Outcome, Session, SessionChanges } from './api';
import { arrival } from './arrival';
import { CHANGES, OPTIONS, take } from './door';
import type { hint } from './hints';
import { back, init, read, update } from './messages';
import { place, type Place } from './place';
import { progress } from './progress';
import { telling } from './session';
import { ask, isExpiry, MOST_RENEWALS } from './token';

export type Hint = typeof hint;

/** `base`: where this script came from. Everything up to the open window happens within the user's click. */
export function open(given: ConnectOptions, base: string | undefined, hint: Hint, reconnect?: string): Session {
  const options = take(given, OPTIONS);
  const url = address(options, base, location.origin, reconnect);
  const far = progress();
  /** Aborted with the session's end; every listener goes with it. */
  const over = new AbortController();
  const { signal } = over;
  /** Those who wait for the answer to `back`. */
  const waiting: ((wentBack: boolean) => void)[] = [];
  /** What is other than in the address, in order. */
  const changes: SessionChanges[] = [];
  let at: Place | undefined;
  let token: string | undefined;
  let ready = false;
  let heard = false;
  let renewals = 0;
  /** It has said how far it is; before, it answers nobody. */
  let verified = false;
  let loading: ReturnType<typeof setTimeout> | undefined;
  let limit: typeof loading;

  const { session, ...tell } = telling(options, {
    update(given) {
      const next = take(given, CHANGES);
      hint(given, null);
      const { token: newest = token, ...look } = next;
      token = newest;
      if (look.theme) at?.theme?.(look.theme);
      if (Object.keys(look).length) changes.push(look);
      say(update(next));
    },
    back: () =>
      new Promise((resolve) => {
        if (!verified) return resolve(false);
        waiting.push(resolve);
        say(back());
      }),
    close: () => exit('host_closed'),
    destroy: () => exit('host_closed', true),
  });

  const finish = (outcome: Outcome, silent?: boolean) => {
    if (signal.aborted) return;
    over.abort();
    clearTimeout(loading);
    clearTimeout(limit);
    page.end();
    stay();
    at?.remove();
    tell.outcome(outcome, silent);
  };
  /** The widget is not there, or not yet. */
  const stay = () => {
    ready = verified = false;
    for (const answer of waiting.splice(0)) answer(false);
  };
  const state = options.state && { state: options.state };
  /** For ends that the widget gave no result for: a bank that is connected is one all the same. */
  const end = (outcome: Outcome, silent?: boolean) => {
    const result = far.connected();
    finish(result ? { type: 'success', result: { ...result, ...state } } : outcome, silent);
  };
  const exit = (reason: string, silent?: boolean) => end({ type: 'exit', exit: { reason, ...far.place(), ...state } }, silent);
  const fail = (code: string, message: string) =>
    end({ type: 'error', error: { code, message, ...far.place(), ...state } });

  const say = (message: object) => {
    if (ready) at?.window()?.postMessage(message, url.origin);
  };
  const listen = (event: MessageEvent) => {
    if (!event.source || event.source !== at?.window() || event.origin !== url.origin) return;
    const message = read(event.data);
    if (!message) return;
    const isFirst = !ready;
    heard = true;
    switch (message.type) {
      // Again and again while the program is loaded: only silence has a limit.
      case 'loaded':
        page.said('loaded');
        return wait();
      // The page goes, for a reload or for one that is not the widget's. A window of its own may go to a bank and come back.
      case 'leaving':
        if (!at?.show) return;
        page.leaving();
        return wait();
      // Until it has its token, again and again.
      case 'ready':
        page.said('ready');
        clearTimeout(loading);
        ready = true;
        if (token) say(init(token));
        if (!isFirst) return;
        at?.focus?.();
        for (const change of changes) say(update(change));
        return;
      case 'back':
        return waiting.shift()?.(message.data.did_go_back === true);
      case 'success':
        return finish({ type: 'success', result: message.data });
      // After a reload the widget no longer knows what was connected.
      case 'error':
        return end({ type: 'error', error: message.data });
      case 'exit':
        return end({ type: 'exit', exit: message.data });
      case 'event':
        verified = true;
        // Before the page hears of it: its handler may close the session.
        far.event(message);
        tell.event({ name: message.name, data: message.data });
        if (isExpiry(message) && renewals++ < MOST_RENEWALS) {
          // Where there is no new one the user has been told, and the page will be when they leave.
          ask(options.token).then((next) => next !== token && session.update({ token: next }), () => {});
        }
    }
  };

  const unreachable = (what: string) => () =>
    fail('widget_unreachable', `${url.origin} did not ${what} (is ${location.origin} registered? CSP? COEP?)`);
  const page = arrival({ show: (isOurs) => at?.show?.(isOurs), foreign: unreachable('load'), document: () => at?.frame?.contentDocument });
  const wait = () => {
    stay();
    clearTimeout(loading);
    loading = after(options.loadTimeoutMs ?? 30_000, unreachable('answer'));
  };
  const put = (options: ConnectOptions) => {
    at = place(options, url.href, left, session.close);
    at.frame?.addEventListener('load', page.load, { signal });
    page.look();
    wait();
  };
  const left = () => {
    // Nobody closes a window that has not come: the page's COOP has cut the tie to it.
    if (options.mode === 'popup' && !at?.frame && !heard) {
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
  addEventListener('message', listen, { signal });
  addEventListener('pagehide', () => exit('navigated'), { signal });

  ask(options.token)
    // One that came by `update` meanwhile is newer.
    .catch(({ message }: Error) => token ?? fail('token_unavailable', message))
    .then((asked) => {
      token ??= asked as string;
      if (token) say(init(token));
    });
  return session;
}

/** More than a browser's timers can count is never. */
const after = (millis: number, then: () => void) => setTimeout(then, Math.min(millis, 2 ** 31 - 1));
