/** Opens the widget, hands it the token and reports what it says. */
import { address } from './address';
import type { ConnectOptions, Outcome, Session, SessionChanges } from './api';
import { arrival } from './arrival';
import { back, init, read, text, update } from './messages';
import { place, type Place } from './place';
import { progress } from './progress';
import { telling } from './session';

/** `base`: where this script came from. Everything up to the open window happens within the user's click. */
export function open(options: ConnectOptions, base: string | undefined, reconnect?: string): Session {
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
  /** It has said how far it is; before, it answers nobody. */
  let verified = false;
  let loading: ReturnType<typeof setTimeout> | undefined;
  let limit: typeof loading;

  const { session, ...tell } = telling(options, {
    update(next) {
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
    switch (message.type) {
      // Both come again after each reload of the widget.
      case 'loaded':
        page.said(message.type);
        if (ready) loading = patience();
        return stay();
      case 'ready':
        page.said(message.type);
        ready = true;
        clearTimeout(loading);
        at?.focus?.();
        if (token) say(init(token));
        for (const change of changes) say(update(change));
        return;
      case 'back':
        return waiting.shift()?.(message.data.did_go_back === true);
      case 'event':
        verified = true;
        // Before the page hears of it: its handler may close the session.
        far.event(message);
        return tell.event({ name: message.name, data: message.data });
      case 'success':
        return finish({ type: 'success', result: message.data });
      // After a reload the widget no longer knows what was connected.
      case 'error':
        return end({ type: 'error', error: message.data });
      case 'exit':
        end({ type: 'exit', exit: message.data });
    }
  };

  const unreachable = (what: string) => () => fail('widget_unreachable', `${url.origin} did not ${what}`);
  const page = arrival({ show: (isOurs) => at?.show?.(isOurs), foreign: unreachable('load') });
  const patience = () => setTimeout(unreachable('answer'), options.loadTimeoutMs ?? 30_000);
  if (options.signal?.aborted) {
    queueMicrotask(session.close);
    return session;
  }

  at = place(
    options,
    url.href,
    () => exit('user_closed'),
    session.close,
  );
  loading = patience();
  if (options.timeoutMs) limit = setTimeout(() => exit('timeout'), options.timeoutMs);
  at.frame?.addEventListener('load', page.load, { signal });
  addEventListener('message', listen, { signal });
  addEventListener('pagehide', () => exit('navigated'), { signal });
  options.signal?.addEventListener('abort', session.close, { signal });

  const given = (value: unknown, why = '') => {
    // One that came by `update` meanwhile is newer.
    if (!token && text(value)) token = value;
    if (token) say(init(token));
    else fail('token_unavailable', `There is no token${why}`);
  };
  (async () => (typeof options.token === 'function' ? options.token() : options.token))().then(
    given,
    (reason) => given('', `: ${reason}`),
  );
  return session;
}
