/** The widget in React: `useConnect()` to open it in a click, `<Connect>` to have it in the page. Knows no more of it than `connect()` tells. */
'use client';
import {
  type ClassAttributes,
  type CSSProperties,
  createElement,
  forwardRef,
  useCallback,
  useEffect,
  useImperativeHandle,
  useInsertionEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { ConnectOptions, Outcome, Session, SessionChanges } from './api';
import type { ConnectWidgetAttributes, ConnectWidgetElement } from './element';
import * as real from './module';
import { complain } from './session';

export interface UseConnectOptions extends ConnectOptions {
  /** Id of a connection to log in to again. */
  reconnect?: string | undefined;
  /** What opens the widget. For your tests: `import * as double from '@connect-widget/sdk/testing'`. */
  using?: Pick<typeof real, 'connect' | 'reconnect'>;
}

export interface UseConnect {
  /** Opens the widget with the options of the last render; call it in a click. If it is open already, gives its session. */
  open: () => Session;
  close: () => void;
  /** The session while the widget is open. */
  session: Session | undefined;
  /** The user can use it. */
  isReady: boolean;
  /** How the last session ended. */
  outcome: Outcome | undefined;
}

const asked = (token: ConnectOptions['token']) => (typeof token === 'function' ? token() : token);

/** Undone before React takes the elements away; where there are none it would only warn. */
const useDomEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

type State = Pick<UseConnect, 'session' | 'isReady' | 'outcome'>;

/**
 * Your callbacks are always those of the last render. A component that is unmounted takes its widget with it, and none
 * of its callbacks is called any more, but for `onSuccess` where a bank was connected already. While the widget is open
 * it follows `theme`, `themeTokens`, `lang` and a `token` that is text; everything else is taken when it opens.
 */
export function useConnect(options: UseConnectOptions): UseConnect {
  const latest = useRef(options);
  useInsertionEffect(() => {
    latest.current = options;
  });
  const current = useRef<Session | undefined>(undefined);
  const [state, setState] = useState<State>({ session: undefined, isReady: false, outcome: undefined });

  const open = useCallback(() => {
    if (current.current) return current.current;
    const { reconnect, using = real, ...given } = latest.current;
    const ended = (outcome: Outcome, tell: () => void) => {
      // Before the callback, which may open the next one.
      current.current = undefined;
      setState((state) => (state.session === session ? { session: undefined, isReady: false, outcome } : state));
      tell();
    };
    const { token } = given;
    const heard: ConnectOptions = {
      ...given,
      token: typeof token === 'function' ? () => asked(latest.current.token) : token,
      onSuccess: (result) => ended({ type: 'success', result }, () => latest.current.onSuccess?.(result)),
      onError: (error) => ended({ type: 'error', error }, () => (latest.current.onError ?? complain)(error)),
      onExit: (exit) => ended({ type: 'exit', exit }, () => latest.current.onExit?.(exit)),
      onEvent: (event) => latest.current.onEvent?.(event),
    };
    const session = reconnect ? using.reconnect(reconnect, heard) : using.connect(heard);
    current.current = session;
    setState({ session, isReady: false, outcome: undefined });
    // Destroyed by the page, it calls nobody but for a success.
    session.result.then((outcome) => {
      if (current.current === session) ended(outcome, () => {});
    });
    session.ready.then((isReady) => {
      if (isReady) setState((state) => (state.session === session ? { ...state, isReady } : state));
    });
    return session;
  }, []);
  const close = useCallback(() => current.current?.close(), []);

  useDomEffect(
    () => () => {
      current.current?.destroy();
      current.current = undefined;
      setState({ session: undefined, isReady: false, outcome: undefined });
    },
    [],
  );
  useFollow(options, current);

  return { open, close, ...state };
}

/** Tells the open widget what has changed since the last render. */
function useFollow({ theme, lang, themeTokens, token }: ConnectOptions, session: { current: Session | undefined }): void {
  const look = { theme, lang, themeTokens: themeTokens && JSON.stringify(themeTokens), token: typeof token === 'string' ? token : undefined };
  const former = useRef(look);
  useEffect(() => {
    const changes: SessionChanges = {};
    if (look.theme !== former.current.theme) changes.theme = theme ?? 'auto';
    if (look.lang !== former.current.lang && lang) changes.lang = lang;
    if (look.themeTokens !== former.current.themeTokens) changes.themeTokens = themeTokens ?? {};
    if (look.token !== former.current.token && look.token) changes.token = look.token;
    former.current = look;
    if (Object.keys(changes).length) session.current?.update(changes);
  });
}

/**
 * Once for each time that it is there for good. In StrictMode React undoes and redoes everything, and does so when it
 * comes to the effects that are not for the DOM; a boundary that suspends again undoes and redoes only those that are.
 * A render that the latter ask for comes after both.
 */
function useWhenMounted(act: () => void): void {
  const [mounts, setMounts] = useState(0);
  const isMounted = useRef(false);
  useDomEffect(() => {
    isMounted.current = true;
    setMounts((mounts) => mounts + 1);
    return () => {
      isMounted.current = false;
    };
  }, []);
  useEffect(() => {
    if (!mounts) return;
    queueMicrotask(() => {
      if (isMounted.current) act();
    });
  }, [mounts, act]);
}

export interface ConnectProps extends Omit<UseConnectOptions, 'container'> {
  id?: string;
  className?: string;
  /** The widget fills the element; give it a height. */
  style?: CSSProperties;
}

/** Opens the widget when it is mounted, in an element of its own unless `mode` says otherwise, and takes it away when it is unmounted. Its ref is the session. */
export const Connect = forwardRef<Session | undefined, ConnectProps>(function Connect({ id, className, style, ...options }, ref) {
  const element = useRef<HTMLDivElement>(null);
  const isInline = (options.mode ?? 'inline') === 'inline';
  // Looked up when it opens: at the first render there is no element yet.
  const { open, session } = useConnect({
    ...options,
    get container() {
      return isInline && element.current ? element.current : undefined!;
    },
  });
  useImperativeHandle(ref, () => session, [session]);
  useWhenMounted(open);
  return isInline ? createElement('div', { id, className, style, ref: element }) : null;
});

/** `<connect-widget>` in React 19's JSX; the element itself is `import '…/element'`. */
export interface ConnectWidgetProps extends ConnectWidgetAttributes, ClassAttributes<ConnectWidgetElement> {
  className?: string;
  style?: CSSProperties;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'connect-widget': ConnectWidgetProps;
    }
  }
}
