/** Who hears of a session's events and of its outcome, and that each of them hears it once. Knows no page. */
import type { ConnectEvent, ConnectOptions, Outcome, Session } from './api';

export interface Telling {
  session: Session;
  event(event: ConnectEvent): void;
  /** To be called once. */
  outcome(outcome: Outcome): void;
}

export function telling(options: ConnectOptions, close: () => void, update: Session['update']): Telling {
  const listeners: ((outcome: Outcome) => void)[] = [];
  const eventListeners: ((event: ConnectEvent) => void)[] = [];
  let end: Outcome | undefined;
  let resolve: (outcome: Outcome) => void;

  const on = (hear: (outcome: Outcome) => void): Session => {
    const outcome = end;
    if (outcome) queueMicrotask(() => safely(() => hear(outcome)));
    else listeners.push(hear);
    return session;
  };

  const session: Session = {
    result: new Promise((resolved) => (resolve = resolved)),
    close,
    update,
    onConnection: (handler) =>
      on((end) => {
        if (end.type === 'success') handler(end.result.institution_id, { provider: end.result.provider });
      }),
    onError: (handler) =>
      on((end) => {
        if (end.type === 'error') handler(end.error);
      }),
    onExit: (handler) =>
      on((end) => {
        if (end.type === 'exit') handler(end.exit);
      }),
    onEvent: (handler) => {
      eventListeners.push(({ name, data }) => handler(name, data));
      return session;
    },
  };

  return {
    session,
    event(event) {
      safely(() => options.onEvent?.(event));
      for (const hear of eventListeners) safely(() => hear(event));
    },
    outcome(outcome) {
      end = outcome;
      resolve(outcome);
      safely(() => {
        if (outcome.type === 'success') options.onSuccess?.(outcome.result);
        else if (outcome.type === 'error') options.onError?.(outcome.error);
        else options.onExit?.(outcome.exit);
      });
      for (const hear of listeners) safely(() => hear(outcome));
    },
  };
}

/** The host's own mistake is shown to the host as one, and does not stop us. */
function safely(call: () => void): void {
  try {
    call();
  } catch (mistake) {
    if (typeof reportError === 'function') reportError(mistake);
    else
      setTimeout(() => {
        throw mistake;
      });
  }
}
