/** What a host page gives to `connect()` and gets from it. Types only; the whole public surface is here. */

export interface ConnectOptions {
  /** A user token from `POST /v1/tokens`, a promise of one, or a function that fetches one. It is called at once, and again when the session has ended. */
  token: string | Promise<string> | (() => string | Promise<string>);
  /** Where the widget is served: an origin, or a folder of one (`https://shop.example/bank`). Default: the folder that this script came from. A bundle does not know that: the package's types ask for it. */
  url?: string;
  /** Id of the bank to go straight to. */
  institution?: string;
  /** Ids of the only banks on offer. */
  institutions?: readonly string[];
  /** Groups of banks on offer. */
  providerGroups?: readonly string[];
  /** ISO 3166-1 alpha-2 codes of the countries on offer. */
  countries?: readonly string[];
  /** Text to begin the search with. */
  search?: string;
  /** What the data is for: `transactions`, `accountNumbers` … The backend is told with the search and with the connection. */
  jobTypes?: readonly string[];
  /** Whether the user chooses among the accounts found. Default `none`: all that can be connected are. */
  accountSelection?: 'none' | 'single' | 'multiple';
  /** `false`: with `institution`, there is no way to another bank. Default true. */
  allowChangeInstitution?: boolean;
  /** `true`: success is told as soon as the connection stands, without a last screen. Default false. */
  skipSuccessScreen?: boolean;
  /** Where a bank's own login page opens. Default `auto`: in a popup. `redirect`: your page is left for it; needs `redirectUri`. */
  oauth?: 'auto' | 'popup' | 'redirect';
  /** With `oauth: 'redirect'`: a registered address of yours to come back to. Call `resume(location.href, …)` there. */
  redirectUri?: string;
  /** The address that your page was opened with on its way back from a bank; an address without `connect_resume` changes nothing. */
  resume?: string;
  /** BCP 47, such as `fr` or `fr-CA`; without it the browser's language. What there is no text for is English. */
  lang?: string;
  /** Default `auto`: what the user's system prefers. */
  theme?: Theme;
  /** Colours, corners and font of your own. */
  themeTokens?: ThemeTokens;
  /** Banks in a row of the first screen. Default 2. */
  providersPerLine?: 1 | 2;
  /** Comes back with the result. */
  state?: string;
  /** `modal`: over your page. `inline`: in `container`. `popup`: a window of its own; where the browser opens none it is `modal`. Default `inline` with a `container`, `modal` without. */
  mode?: 'modal' | 'inline' | 'popup';
  /** For `inline`: what the widget's iframe is put into, or an iframe of yours to use; the element, or its selector. It must be in the page: otherwise `connect()` throws a TypeError. An iframe that is hidden is shown meanwhile. */
  container?: Element | ShadowRoot | string;
  /** What a screen reader calls the window. Default "Connect your bank". An iframe of yours keeps its own title. */
  title?: string;
  /** Milliseconds after which a session without a result ends as exit `timeout`. Default: never. */
  timeoutMs?: number;
  /** Milliseconds of silence until a widget that does not answer counts as unreachable. Default 30,000. A page that is not the widget's counts after one second. */
  loadTimeoutMs?: number;
  /** Aborted, it closes the session as `close()` does. Aborted already, nothing opens. */
  signal?: AbortSignal;
  /** Your policy's nonce. Only `<connect-widget>` uses it, for its one `<style>` in browsers without constructable style sheets (Safari before 16.4). */
  nonce?: string;
  onSuccess?: (result: ConnectResult) => void;
  onError?: (error: ConnectError) => void;
  onExit?: (exit: ConnectExit) => void;
  onEvent?: (event: ConnectEvent) => void;
}

/** What `preload()` takes. */
export type PreloadOptions = Pick<ConnectOptions, 'url'>;

export type Theme = 'light' | 'dark' | 'auto';

/** A CSS colour, or one for each colour scheme. */
export type ThemeColor = string | { light: string; dark: string };

/** What the widget does not understand changes nothing. */
export interface ThemeTokens {
  accent?: ThemeColor;
  accentHover?: ThemeColor;
  accentSoft?: ThemeColor;
  onAccent?: ThemeColor;
  canvas?: ThemeColor;
  scrim?: ThemeColor;
  surface?: ThemeColor;
  surfaceRaised?: ThemeColor;
  text?: ThemeColor;
  textMuted?: ThemeColor;
  line?: ThemeColor;
  fieldLine?: ThemeColor;
  danger?: ThemeColor;
  warning?: ThemeColor;
  success?: ThemeColor;
  focus?: ThemeColor;
  /** A CSS length. */
  radius?: string;
  /** A list of font families. */
  font?: string;
}

/** A bank is connected. */
export interface ConnectResult {
  /** The new connection's id; send it to your server. */
  institution_id: string;
  /** The bank's id. */
  provider: string;
  provider_name: string;
  /** May be empty. */
  accounts: ConnectAccount[];
  /** What could not be read although the bank is connected; the user has read it. */
  warnings?: ConnectWarning[];
  state?: string;
}

/** Something that could not be read, such as one bank of several behind the same login. */
export interface ConnectWarning {
  /** In words for the user. */
  message: string;
  /** The accounts that it is about, where that is known. */
  account_ids: string[];
}

export interface ConnectAccount {
  id: string;
  name: string;
  /** `checking`, `savings`, `credit` … */
  kind: string;
  /** The last digits. */
  mask?: string;
}

/** The user left from a failure. Once a bank is connected it is a success instead. */
export interface ConnectError {
  code: ErrorCode;
  /** For developers and logs. */
  message: string;
  institution_id?: string;
  provider?: string;
  /** Names the failed request in the server's log. */
  reference?: string;
  state?: string;
}

/** New codes may be added; treat one that you do not know like `server_error`. */
export type ErrorCode =
  | 'invalid_credentials'
  | 'too_many_attempts'
  | 'user_action_required'
  | 'temporary_failure'
  | 'account_locked'
  | 'no_accounts'
  | 'institution_unavailable'
  | 'consent_denied'
  | 'consent_expired'
  | 'duplicate_connection'
  | 'oauth_denied'
  | 'oauth_error'
  | 'oauth_unavailable'
  | 'oauth_expired'
  | 'question_expired'
  | 'delayed'
  | 'provider_error'
  | 'unknown_provider'
  | 'unknown_institution'
  | 'session_expired'
  | 'invalid_token'
  | 'origin_not_allowed'
  | 'redirect_uri_not_registered'
  | 'timeout'
  | 'server_error'
  | 'internal'
  | 'token_unavailable'
  | 'widget_unreachable'
  | (string & {});

/** There was no result. Once a bank is connected every exit is a success instead. */
export interface ConnectExit {
  reason: ExitReason;
  institution_id?: string;
  provider?: string;
  state?: string;
}

/**
 * By the user: `user_closed`, `denied_consent` (declined your consent screen), `denied_oauth` (denied the access at the
 * bank), `institution_not_found` (the bank is not on offer). By your page: `timeout` (`timeoutMs` is over),
 * `host_closed`, `navigated` (it was left).
 */
export type ExitReason =
  | 'user_closed'
  | 'denied_consent'
  | 'denied_oauth'
  | 'institution_not_found'
  | 'timeout'
  | 'host_closed'
  | 'navigated'
  | (string & {});

/** Something happened while the widget was open. For analytics; new names may be added. */
export interface ConnectEvent {
  name: EventName;
  data: Record<string, unknown>;
}

export type EventName =
  | 'opened'
  | 'screen_shown'
  | 'consent_given'
  | 'institution_selected'
  | 'credentials_submitted'
  | 'oauth_opened'
  | 'oauth_blocked'
  | 'oauth_returned'
  | 'question_asked'
  | 'answer_submitted'
  | 'accounts_selected'
  | 'connected'
  | 'failed'
  | (string & {});

/** How a session ended. There is exactly one. */
export type Outcome =
  | { type: 'success'; result: ConnectResult }
  | { type: 'error'; error: ConnectError }
  | { type: 'exit'; exit: ConnectExit };

/** What can change while the widget is open. */
export interface SessionChanges {
  /** When the event `failed` came with `session_expired`, the widget goes on where it was. A `token` function is asked by itself. */
  token?: string;
  theme?: Theme;
  themeTokens?: ThemeTokens;
  /** BCP 47, such as `fr` or `fr-CA`; without it the browser's language. What there is no text for is English. */
  lang?: string;
}

export interface SessionEventMap {
  success: CustomEvent<ConnectResult>;
  error: CustomEvent<ConnectError>;
  exit: CustomEvent<ConnectExit>;
  event: CustomEvent<ConnectEvent>;
}

/** One opening of the widget. */
export interface Session extends EventTarget, Disposable {
  /** `true` once the user can use the widget, `false` if the session ended before; never rejects. */
  readonly ready: Promise<boolean>;
  /** Resolves with the outcome; never rejects. */
  readonly result: Promise<Outcome>;
  update(changes: SessionChanges): void;
  /** One step back in the widget. Whether there was one to go; before `ready` there is none. */
  back(): Promise<boolean>;
  /** Closes the widget; the outcome is then an exit with the reason `host_closed`, or success if a bank is already connected. */
  close(): void;
  /** Closes the widget and calls none of your handlers any more, unless a bank is already connected; `result` resolves as with `close()`. */
  destroy(): void;
  /** The same as `destroy()`, where the browser has the symbol. */
  [Symbol.dispose](): void;
  /** The four `on…` may be called at any time: a handler that is added after the end still hears of it, once. */
  onConnection(handler: (institutionId: string, data: { provider: string }) => void): Session;
  onError(handler: (error: ConnectError) => void): Session;
  onExit(handler: (exit: ConnectExit) => void): Session;
  onEvent(handler: (name: EventName, data: Record<string, unknown>) => void): Session;
  addEventListener<Type extends keyof SessionEventMap>(
    type: Type,
    listener: ((event: SessionEventMap[Type]) => void) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}
