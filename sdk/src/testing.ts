/** A double of `connect()` for a page's own tests: the same functions, and what the widget would do is done by the test. Knows no page, no server and no clock. */
import type {
  ConnectAccount,
  ConnectError,
  ConnectExit,
  ConnectOptions,
  ConnectResult,
  ErrorCode,
  EventName,
  ExitReason,
  Outcome,
  PreloadOptions,
  Session,
  SessionChanges,
} from './api';
import { progress } from './progress';
import { telling } from './session';
import { ask, isExpiry, MOST_RENEWALS } from './token';

export * from './lists';

/** What was opened, and what its user does. Once it has ended everything that is done is nothing. */
export interface Opened {
  readonly session: Session;
  readonly options: ConnectOptions;
  /** The connection to log in to again. */
  readonly reconnect: string | undefined;
  readonly isOpen: boolean;
  /** The token that the page has given; rejects if it gave none. */
  readonly token: Promise<string>;
  /** What the page has changed, in order. */
  readonly updates: readonly SessionChanges[];
  /** How often the page has asked to go back. */
  readonly backs: number;
  /** Whether there is a step to go back. Default false. */
  canGoBack: boolean;
  /** The first one makes the session ready. */
  event(name: EventName, data?: Record<string, unknown>): void;
  /** What is not given is made up. */
  success(result?: Partial<ConnectResult>): void;
  error(error: ErrorCode | (Partial<ConnectError> & Pick<ConnectError, 'code'>)): void;
  /** Default `user_closed`. */
  exit(exit?: ExitReason | ConnectExit): void;
}

/** What the user will do when the page opens the widget the next time; begins when `connect()` has returned. */
export type Script = (widget: Opened) => void | Promise<void>;

const all: Opened[] = [];
const scripts: Script[] = [];
let preloads = 0;

/** Opened since `reset()`, in order. */
export const opened: readonly Opened[] = all;

/** The one that was opened last. */
export function last(): Opened {
  const widget = all.at(-1);
  if (!widget) throw new Error('@connect-widget/sdk/testing: nothing has been opened yet; in React wait for an async act: `await act(async () => render(…))`');
  return widget;
}

/** One script for each time. */
export function next(script: Script): void {
  scripts.push(script);
}

/** How often the page has called `preload()` since `reset()`. */
export const preloaded = (): number => preloads;

/** Takes away whatever is open, as `destroy()` does, and forgets everything. */
export function reset(): void {
  for (const { session } of all.splice(0)) session.destroy();
  scripts.length = 0;
  preloads = 0;
}

export function connect(options: ConnectOptions): Session {
  return open(options);
}

export function reconnect(institutionId: string, options: ConnectOptions): Session {
  return open(options, institutionId);
}

export function resume(url: string, options: ConnectOptions): Session {
  return open({ ...options, resume: url });
}

export function preload(_options?: PreloadOptions): void {
  preloads++;
}

function open(options: ConnectOptions, reconnect?: string): Session {
  const far = progress();
  const updates: SessionChanges[] = [];
  let isOpen = true;
  let isReady = false;
  let backs = 0;
  let renewals = 0;
  let current: string | undefined;

  const { session, ...tell } = telling(options, {
    update(changes) {
      current = changes.token ?? current;
      if (isOpen) updates.push(changes);
    },
    async back() {
      if (!isOpen || !isReady) return false;
      backs++;
      return widget.canGoBack;
    },
    close: () => leave({ reason: 'host_closed' }),
    destroy: () => leave({ reason: 'host_closed' }, true),
  });
  const finish = (outcome: Outcome, silent?: boolean) => {
    if (!isOpen) return;
    isOpen = false;
    options.signal?.removeEventListener('abort', session.close);
    tell.outcome(outcome, silent);
  };
  const state = options.state ? { state: options.state } : {};
  /** As on a page: whoever has connected a bank has succeeded. */
  const end = (outcome: Outcome, silent?: boolean) => {
    const result = far.connected();
    finish(result ? { type: 'success', result: { ...result, ...state } } : outcome, silent);
  };
  const leave = (exit: ConnectExit, silent?: boolean) =>
    end({ type: 'exit', exit: { ...far.place(), ...state, ...exit } }, silent);

  const renew = () =>
    ask(options.token).then(
      (next) => isOpen && next !== current && session.update({ token: next }),
      () => {},
    );
  const isAborted = options.signal?.aborted;
  const token = isAborted ? new Promise<string>(() => {}) : ask(options.token);
  const widget: Opened = {
    session,
    options,
    reconnect,
    get isOpen() {
      return isOpen;
    },
    token,
    updates,
    get backs() {
      return backs;
    },
    canGoBack: false,
    event(name, data = {}) {
      if (!isOpen) return;
      isReady = true;
      far.event({ name, data });
      tell.event({ name, data });
      // As on a page: the page's function is asked for a new token.
      if (isOpen && isExpiry({ name, data }) && renewals++ < MOST_RENEWALS) renew();
    },
    success(result) {
      const accounts: ConnectAccount[] = [];
      finish({ type: 'success', result: { ...made(options, reconnect), accounts, ...far.connected(), ...state, ...result } });
    },
    error(error) {
      const given = typeof error === 'string' ? { code: error } : error;
      end({ type: 'error', error: { message: given.code, ...far.place(), ...state, ...given } });
    },
    exit(exit = 'user_closed') {
      leave(typeof exit === 'string' ? { reason: exit } : exit);
    },
  };
  all.push(widget);

  if (isAborted) {
    queueMicrotask(session.close);
    return session;
  }
  options.signal?.addEventListener('abort', session.close);
  token.then((given) => (current ??= given)).catch(({ message }: Error) => {
    if (updates.some(({ token }) => token)) return;
    end({ type: 'error', error: { code: 'token_unavailable', message, ...far.place(), ...state } });
  });
  const script = scripts.shift();
  if (script) queueMicrotask(() => void script(widget));
  return session;
}

const made = ({ institution = 'demo' }: ConnectOptions, reconnect = 'institution_1') => ({
  institution_id: reconnect,
  provider: institution,
  provider_name: institution,
});
