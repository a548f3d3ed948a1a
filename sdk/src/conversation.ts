/** What is said between the page and the open widget: the token, events, changes, the outcome. */
import type { ConnectEvent, ConnectOptions, Outcome, SessionChanges } from './api';
import { arrival } from './arrival';
import { back, init, read, update } from './messages';
import type { Place } from './place';
import { type Progress, progress } from './progress';
import { giveTitle } from './titles';
import { ask, flaw, isExpiry, MOST_RENEWALS, none } from './token';

/** What the one who opened it lets it do. */
export interface Opening {
  options: ConnectOptions;
  url: URL;
  /** Aborted when the session has ended. */
  signal: AbortSignal;
  at(): Place | undefined;
  /** From now on silence has its limit, or has none any more. */
  wait(isLong?: boolean): void;
  /** As the widget says it. */
  finish(outcome: Outcome): void;
  /** A bank that is connected is a success all the same. */
  end(outcome: Outcome): void;
  fail(code: string, message: string): void;
  /** The page has taken the widget away. */
  gone(): void;
  event(event: ConnectEvent): void;
}

export interface Conversation extends Pick<Progress, 'place' | 'connected'> {
  /** The widget has a place, or another one. */
  placed(): void;
  /** A message of the widget, or its iframe's `load`. */
  hear(event: Event): void;
  update(changes: SessionChanges): void;
  /** What the page gave as its token, or why it gave none. */
  given(token: unknown, reason?: unknown): void;
  back(): Promise<boolean>;
}

export function converse({ options, url, signal, at, wait, finish, end, fail, gone, event: tell }: Opening): Conversation {
  const far = progress();
  /** Those who wait for the answer to `back`. */
  const waiting: ((wentBack: boolean) => void)[] = [];
  /** What is other than in the address, in order. */
  const changes: SessionChanges[] = [];
  let token: string | undefined;
  /** Its page is there, and its program perhaps not yet. */
  let here = false;
  /** The page has the token before its program has asked. */
  let handed = false;
  let ready = false;
  let renewals = 0;
  /** It has said how far it is; before, it answers nobody. */
  let verified = false;

  const post = (message: object) => at()?.window()?.postMessage(message, url.origin);
  const say = (message: object) => {
    if (ready) post(message);
  };
  /** While its program is on its way, its page asks for the banks with it. */
  const hand = () => {
    if (!here || !token) return false;
    post(init(token));
    return !ready;
  };
  /** The widget is not there, or not yet. */
  const stay = () => {
    ready = verified = false;
    for (const answer of waiting.splice(0)) answer(false);
  };
  const again = () => {
    stay();
    wait(true);
  };
  const change = (next: SessionChanges) => {
    const { token: newest = token, ...look } = next;
    token = newest;
    if (handed && next.token) post(update({ token: next.token }));
    if (look.theme) at()?.theme?.(look.theme);
    if (Object.keys(look).length) changes.push(look);
    say(update(next));
  };
  const page = arrival({
    show: (isOurs) => at()?.show?.(isOurs),
    foreign: () => fail('widget_unreachable', `${url.href.split('/?', 1)} did not load`),
    document: () => at()?.frame?.contentDocument,
  });
  const check = () => at()?.isHere?.() === false && gone();
  const observer = new MutationObserver(check);
  const placed = () => {
    const place = at();
    if (place) giveTitle(place, options);
    page.begin();
    // Whatever is around it may be taken away, also outside of a shadow root.
    for (let node: Node | undefined = at()?.frame; node; node = (node as ShadowRoot).host) {
      node = node.getRootNode();
      observer.observe(node, { childList: true, subtree: true });
    }
    check();
  };
  signal.addEventListener('abort', () => {
    observer.disconnect();
    page.end();
    stay();
  });

  const hear = (event: Event) => {
    if (signal.aborted) return;
    if (event.type === 'load') return page.load();
    const message = read((event as MessageEvent).data);
    if (!message) return;
    const isFirst = !ready;
    switch (message.type) {
      // Again and again while the program is loaded.
      case 'loaded':
        page.said('loaded');
        here = true;
        again();
        handed ||= hand();
        return;
      // The page goes, for a reload or for one that is not the widget's. A window of its own may go to a bank and come back.
      case 'leaving':
        if (!at()?.show) return;
        page.leaving();
        here = handed = false;
        return again();
      // Until it has its token, again and again.
      case 'ready':
        page.said('ready');
        wait();
        here = ready = true;
        // Asked once more, it has not got it.
        if (!handed) hand();
        handed = false;
        if (!isFirst) return;
        at()?.focus?.();
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
        tell({ name: message.name, data: message.data });
        if (isExpiry(message) && renewals++ < MOST_RENEWALS) {
          // Where there is no new one the user has been told, and the page will be when they leave.
          ask(options.token).then((next) => next !== token && change({ token: next }), () => {});
        }
    }
  };

  const given = (first: unknown, wrong: unknown = flaw(first)) => {
    // One that came by `update` meanwhile is newer.
    if (!token && wrong !== undefined) return fail('token_unavailable', none(wrong));
    token ||= (first as string).trim();
    handed = hand();
  };

  return {
    ...far,
    placed,
    hear,
    update: change,
    given,
    back: () =>
      new Promise((resolve) => {
        if (!verified) return resolve(false);
        waiting.push(resolve);
        say(back());
      }),
  };
}
