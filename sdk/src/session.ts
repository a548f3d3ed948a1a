/** Who hears of a session's events and of its outcome, and that each of them hears it once. Knows no page. */
import type { ConnectError, ConnectEvent, ConnectOptions, Outcome, Session, SessionEventMap } from './api';

/** What a session does when it is asked to. */
export type Acts = Pick<Session, 'update' | 'back' | 'close' | 'destroy'>;

export interface Telling {
  session: Session;
  /** The first one makes the session ready. */
  event(event: ConnectEvent): void;
  /** To be called once. `silent`: only the promises hear of it, unless it is a success, which a page must not miss. */
  outcome(outcome: Outcome, silent?: boolean): void;
}

type Handlers = Pick<ConnectOptions, 'onSuccess' | 'onError' | 'onExit' | 'onEvent'>;
type Kind = keyof SessionEventMap;

export function telling(options: Handlers, acts: Acts): Telling {
  const target = new EventTarget();
  /** What was said last; after the end that is the outcome, unless it is silent. */
  let last: CustomEvent | undefined;
  let hearsErrors: unknown = options.onError;
  let isReady: (ready: boolean) => void;
  let resolve: (outcome: Outcome) => void;

  // Each listener's mistake is shown as the page's own, and keeps nobody from hearing.
  const say = (kind: Kind, detail: unknown) => target.dispatchEvent((last = new CustomEvent(kind, { detail })));
  const on = <K extends Kind>(kind: K, handler: (detail: SessionEventMap[K]['detail']) => void): Session => {
    const said = last;
    if (kind !== 'event' && said?.type === kind) queueMicrotask(() => handler(said.detail));
    target.addEventListener(kind, (event) => handler((event as CustomEvent).detail));
    return session;
  };

  const session: Session = Object.assign(target, acts, {
    ready: new Promise<boolean>((resolved) => (isReady = resolved)),
    result: new Promise<Outcome>((resolved) => (resolve = resolved)),
    onConnection: (handler: Parameters<Session['onConnection']>[0]) =>
      on('success', ({ institution_id, provider }) => handler(institution_id, { provider })),
    onError: (handler: Parameters<Session['onError']>[0]) => {
      hearsErrors = true;
      return on('error', handler);
    },
    onExit: (handler: Parameters<Session['onExit']>[0]) => on('exit', handler),
    onEvent: (handler: Parameters<Session['onEvent']>[0]) => on('event', ({ name, data }) => handler(name, data)),
    // Where there is no such symbol nobody can ask for it.
    [Symbol.dispose ?? Symbol()]: acts.destroy,
  }) as Session;

  on('success', (result) => options.onSuccess?.(result));
  on('error', (error) => options.onError?.(error));
  on('exit', (exit) => options.onExit?.(exit));
  on('event', (event) => options.onEvent?.(event));

  return {
    session,
    event(event) {
      isReady(true);
      say('event', event);
    },
    outcome(outcome, silent) {
      // A listener may have ended the session; those after it hear of the end only.
      last?.stopImmediatePropagation();
      resolve(outcome);
      isReady(false);
      if (silent && outcome.type !== 'success') return;
      if (outcome.type === 'error' && !hearsErrors) complain(outcome.error);
      // What stands beside the type.
      say(outcome.type, Object.values(outcome)[1]);
    },
  };
}

/** Where nobody hears of an error, its developer does. */
export const complain = ({ code, message }: ConnectError) => console.error(`ConnectWidget: ${code}: ${message}`);
