/** Opens the widget, hands it the token and reports what it says. */
import { address } from './address';
import type { ConnectOptions, Outcome, Session } from './api';
import { arrival } from './arrival';
import { init, read, update } from './messages';
import { overlay } from './overlay';
import { progress } from './progress';
import { telling } from './session';

/** `base`: where this script came from. Everything up to the open iframe happens within the user's click. */
export function open(options: ConnectOptions, base: string | undefined): Session {
  const url = address(options, base, location.origin);
  const { session, ...tell } = telling(
    options,
    () => exit('host_closed'),
    (changes) => {
      if (!changes.token || over) return;
      token = changes.token;
      if (ready) post(update(token));
    },
  );
  const far = progress();
  let token: string | undefined;
  let ready = false;
  let over = false;

  const finish = (outcome: Outcome) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    page.end();
    removeEventListener('message', listen);
    removeEventListener('pagehide', leave);
    window_.remove();
    tell.outcome(outcome);
  };
  const state = options.state === undefined ? {} : { state: options.state };
  /** For ends that the widget gave no result for: a bank that is connected is one all the same. */
  const end = (outcome: Outcome) => {
    const result = far.connected();
    finish(result ? { type: 'success', result: { ...result, ...state } } : outcome);
  };
  const exit = (reason: string) => end({ type: 'exit', exit: { reason, ...far.place(), ...state } });
  const fail = (code: string, message: string) =>
    end({ type: 'error', error: { code, message, ...far.place(), ...state } });

  const handToken = () => {
    if (ready && token && !over) post(init(token));
  };
  const post = (message: object) => window_.frame.contentWindow?.postMessage(message, url.origin);
  const listen = (event: MessageEvent) => {
    if (!event.source || event.source !== window_.frame.contentWindow || event.origin !== url.origin) return;
    const message = read(event.data);
    if (!message) return;
    // Both come again after each reload inside the iframe.
    if (message.type === 'loaded') {
      page.greeted('loaded');
      if (ready) timer = patience();
      ready = false;
    } else if (message.type === 'ready') {
      page.greeted('ready');
      ready = true;
      clearTimeout(timer);
      window_.focus();
      handToken();
    } else if (message.type === 'event') {
      // Before the page hears of it: its handler may close the session.
      far.event(message.event);
      tell.event(message.event);
    } else if (message.type === 'exit') {
      // After a reload the widget no longer knows what was connected.
      end(message);
    } else {
      finish(message);
    }
  };
  const leave = () => exit('navigated');

  const window_ = overlay(
    url.href,
    options.title ?? 'Connect your bank',
    options.theme ?? 'auto',
    () => exit('user_closed'),
    () => exit('host_closed'),
  );
  const unreachable = (what: string) => () => fail('widget_unreachable', `The widget at ${url.origin} did not ${what}`);
  const page = arrival({ ours: window_.show, unknown: window_.hide, foreign: unreachable('load') });
  const patience = () => setTimeout(unreachable('answer'), options.timeoutMs ?? 30_000);
  let timer = patience();
  window_.frame.addEventListener('load', page.came);
  addEventListener('message', listen);
  addEventListener('pagehide', leave);

  new Promise<unknown>((resolve) => {
    resolve(typeof options.token === 'function' ? options.token() : options.token);
  }).then(
    (value) => {
      if (typeof value !== 'string' || !value) return fail('token_unavailable', 'There is no token');
      // One that came by `update` meanwhile is newer.
      token ??= value;
      handToken();
    },
    (reason) => fail('token_unavailable', `The token function failed: ${reason?.message ?? reason}`),
  );
  return session;
}
