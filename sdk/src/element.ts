/** `<connect-widget>`: the widget as an element, which it fills unless `mode` says otherwise. Importing it defines the element where there is a page. */
import type { ConnectError, ConnectEvent, ConnectExit, ConnectOptions, ConnectResult, Session } from './api';
import { connect, reconnect } from './module';

type Token = ConnectOptions['token'];
type Own = 'token' | 'lang' | 'title' | 'nonce' | 'container' | 'signal' | 'onSuccess' | 'onError' | 'onExit' | 'onEvent';

/** How each option is written as an attribute: a name with hyphens, lists with commas, `theme-tokens` as JSON. */
const KINDS = {
  url: 'text',
  institution: 'text',
  institutions: 'list',
  providerGroups: 'list',
  countries: 'list',
  search: 'text',
  jobTypes: 'list',
  accountSelection: 'text',
  allowChangeInstitution: 'flag',
  skipSuccessScreen: 'flag',
  oauth: 'text',
  redirectUri: 'text',
  resume: 'text',
  theme: 'text',
  themeTokens: 'json',
  providersPerLine: 'number',
  state: 'text',
  mode: 'text',
  timeoutMs: 'number',
  loadTimeoutMs: 'number',
} as const satisfies Record<Exclude<keyof ConnectOptions, Own>, 'text' | 'list' | 'flag' | 'json' | 'number'>;

const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];
const STYLE = ':host{display:block;height:640px}:host([hidden]),:host([mode=modal]),:host([mode=popup]){display:none}';

/** Each option is a property too; one that is set wins over its attribute. */
export interface ConnectWidgetElement extends Partial<Omit<ConnectOptions, Own>> {}

export class ConnectWidgetElement extends ((globalThis.HTMLElement ?? class {}) as typeof HTMLElement) {
  static get observedAttributes(): string[] {
    return [...NAMES.map(attribute), 'token', 'lang'];
  }

  readonly #root: ShadowRoot;
  readonly #given = new Map<string, unknown>();
  #token: Token | undefined;
  #giveToken: ((token: string | Promise<string>) => void) | undefined;
  #session: Session | undefined;
  #isHere = false;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: 'open' });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement('style');
      style.nonce = this.nonce ?? '';
      style.textContent = STYLE;
      this.#root.append(style);
    }
  }

  /** A user token, or a function that fetches one. The widget opens and waits until there is one; a text that comes later is the session's new token. */
  get token(): Token | undefined {
    return this.#token ?? this.getAttribute('token') ?? undefined;
  }

  set token(token: Token | null | undefined) {
    this.#token = token ?? undefined;
    this.#changed('token');
  }

  /** Id of a connection to log in to again. */
  get reconnect(): string | undefined {
    return this.getAttribute('reconnect') ?? undefined;
  }

  set reconnect(institutionId: string | null | undefined) {
    this.toggleAttribute('reconnect', institutionId != null);
    if (institutionId != null) this.setAttribute('reconnect', institutionId);
  }

  /** The session while the widget is open. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Opens the widget, if it is not open. Inline it opens by itself; otherwise call it in a click. */
  open(): Session {
    if (this.#session) return this.#session;
    // Of the former session; nobody waits for it any more.
    this.#giveToken = undefined;
    const options = this.#options();
    const session = this.reconnect ? reconnect(this.reconnect, options) : connect(options);
    this.#session = session;
    for (const kind of ['event', 'success', 'error', 'exit'] as const) {
      session.addEventListener(kind, (event) => {
        if (kind !== 'event') this.#session = undefined;
        // Templates of Angular and JSX take what stands before a colon for something else.
        for (const mark of [':', '-']) this.dispatchEvent(new CustomEvent(`connect${mark}${kind}`, { detail: event.detail, bubbles: true, composed: true }));
      });
    }
    // Destroyed by the page, it tells nobody.
    session.result.then(() => {
      if (this.#session === session) this.#session = undefined;
    });
    return session;
  }

  close(): void {
    this.#session?.close();
  }

  connectedCallback(): void {
    // Set before the element was defined, they hide the accessors.
    for (const name of [...NAMES, 'token', 'reconnect'] as const) {
      const own = Object.getOwnPropertyDescriptor(this, name);
      if (!own || !delete (this as Record<string, unknown>)[name]) continue;
      Object.assign(this, { [name]: own.value });
    }
    // Moved: the iframe loads anew, and the session goes on.
    if (this.#isHere) return;
    this.#isHere = true;
    // Whoever has made it may still be setting its properties.
    queueMicrotask(() => {
      if (this.isConnected && (this.mode ?? 'inline') === 'inline') this.open();
    });
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#isHere = false;
      this.close();
    });
  }

  attributeChangedCallback(name: string): void {
    this.#changed(name === 'theme-tokens' ? 'themeTokens' : name);
  }

  #options(): ConnectOptions {
    const options: Record<string, unknown> = {};
    for (const name of NAMES) if (this[name] !== undefined) options[name] = this[name];
    for (const name of ['lang', 'title', 'nonce'] as const) if (this[name]) options[name] = this[name];
    if ((this.mode ?? 'inline') === 'inline') options.container = this.#root;
    return { ...options, token: () => ask(this.token) ?? new Promise((resolve) => (this.#giveToken = resolve)) };
  }

  #changed(name: string): void {
    const session = this.#session;
    if (!session) return;
    if (name === 'token') {
      const { token } = this;
      if (this.#giveToken && token) {
        this.#giveToken(new Promise((resolve) => resolve(ask(token)!)));
        this.#giveToken = undefined;
      } else if (typeof token === 'string') session.update({ token });
      else if (token instanceof Promise) {
        // Of several the last counts, in whatever order they come.
        token.then((given) => this.#token === token && session.update({ token: given }), () => {});
      }
    } else if (name === 'lang') {
      session.update({ lang: this.lang });
    } else if (name === 'theme') {
      session.update({ theme: this.theme ?? 'auto' });
    } else if (name === 'themeTokens') {
      session.update({ themeTokens: this.themeTokens ?? {} });
    }
  }

  static {
    for (const name of NAMES) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        enumerable: true,
        get(this: ConnectWidgetElement) {
          return this.#given.get(name) ?? read(KINDS[name], this.getAttribute(attribute(name)));
        },
        set(this: ConnectWidgetElement, value: unknown) {
          if (value == null) this.#given.delete(name);
          else this.#given.set(name, value);
          // The style goes by the attribute.
          if (name === 'mode') {
            if (value == null) this.removeAttribute('mode');
            else this.setAttribute('mode', `${value}`);
          }
          this.#changed(name);
        },
      });
    }
  }
}

const ask = (token: Token | undefined) => (typeof token === 'function' ? token() : token || undefined);

/** `themeTokens` is `theme-tokens`. */
function attribute(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function read(kind: 'text' | 'list' | 'flag' | 'json' | 'number', text: string | null): unknown {
  if (text === null) return undefined;
  switch (kind) {
    case 'text':
      return text || undefined;
    case 'list':
      return text.split(',').map((item) => item.trim()).filter(Boolean);
    case 'flag':
      return text !== 'false';
    case 'number':
      return Number(text) || undefined;
    case 'json':
      try {
        return JSON.parse(text) ?? undefined;
      } catch {
        return undefined;
      }
  }
}

// Twice on a page, the first stays.
if (globalThis.customElements && !customElements.get('connect-widget')) {
  customElements.define('connect-widget', ConnectWidgetElement);
}

/** What a template may give the element: its properties, its attributes with hyphens, and what is heard of it. */
export interface ConnectWidgetAttributes extends Partial<Omit<ConnectOptions, Own>> {
  token?: Token | undefined;
  reconnect?: string | undefined;
  lang?: string | undefined;
  title?: string | undefined;
  nonce?: string | undefined;
  id?: string | undefined;
  class?: string | undefined;
  hidden?: boolean | undefined;
  slot?: string | undefined;
  'job-types'?: string | undefined;
  'provider-groups'?: string | undefined;
  'account-selection'?: string | undefined;
  'allow-change-institution'?: string | undefined;
  'skip-success-screen'?: string | undefined;
  'redirect-uri'?: string | undefined;
  'theme-tokens'?: string | undefined;
  'providers-per-line'?: string | undefined;
  'timeout-ms'?: string | undefined;
  'load-timeout-ms'?: string | undefined;
  'onconnect-success'?: (event: CustomEvent<ConnectResult>) => void;
  'onconnect-error'?: (event: CustomEvent<ConnectError>) => void;
  'onconnect-exit'?: (event: CustomEvent<ConnectExit>) => void;
  'onconnect-event'?: (event: CustomEvent<ConnectEvent>) => void;
}

declare global {
  interface HTMLElementTagNameMap {
    'connect-widget': ConnectWidgetElement;
  }
  interface GlobalEventHandlersEventMap {
    'connect:success': CustomEvent<ConnectResult>;
    'connect:error': CustomEvent<ConnectError>;
    'connect:exit': CustomEvent<ConnectExit>;
    'connect:event': CustomEvent<ConnectEvent>;
    'connect-success': CustomEvent<ConnectResult>;
    'connect-error': CustomEvent<ConnectError>;
    'connect-exit': CustomEvent<ConnectExit>;
    'connect-event': CustomEvent<ConnectEvent>;
  }
}
