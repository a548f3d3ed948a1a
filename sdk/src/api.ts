/** What a host page gives to `connect()` and gets from it. Types only; the whole public surface is here. */

export interface ConnectOptions {
  /** A user token from `POST /v1/tokens`, or a function that fetches one. It is called once, at once. */
  token: string | (() => string | Promise<string>);
  /** Where the widget is served. Default: where this script came from. */
  url?: string;
  /** Id of the bank to go straight to. */
  provider?: string;
  /** Ids of the only banks on offer. */
  providers?: readonly string[];
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
  /** `false`: with `provider`, there is no way to another bank. Default true. */
  allowChangeInstitution?: boolean;
  /** Where a bank's own login page opens. Default `auto`: in a popup. `redirect`: your page is left for it; needs `redirectUri`. */
  oauth?: 'auto' | 'popup' | 'redirect';
  /** With `oauth: 'redirect'`: a registered address of yours to come back to. Call `connect()` there with `resume: location.href`. */
  redirectUri?: string;
  /** The address that your page was opened with on its way back from a bank; an address without `connect_resume` changes nothing. */
  resume?: string;
  lang?: 'en';
  /** Default `auto`: what the user's system prefers. */
  theme?: Theme;
  /** Banks in a row of the first screen. Default 2. */
  providersPerLine?: 1 | 2;
  /** Comes back with the result. */
  state?: string;
  /** What a screen reader calls the window. Default "Connect your bank". */
  title?: string;
  /** Milliseconds until a widget that does not answer counts as unreachable. Default 30,000. A page that is not the widget's counts after one second. */
  timeoutMs?: number;
  onSuccess?: (result: ConnectResult) => void;
  onError?: (error: ConnectError) => void;
  onExit?: (exit: ConnectExit) => void;
  onEvent?: (event: ConnectEvent) => void;
}

export type Theme = 'light' | 'dark' | 'auto';

/** A bank is connected. */
export interface ConnectResult {
  /** The new connection's id; send it to your server. */
  institution_id: string;
  /** The bank's id. */
  provider: string;
  provider_name: string;
  /** May be empty. */
  accounts: ConnectAccount[];
  state?: string;
}

export interface ConnectAccount {
  id: string;
  name: string;
  /** `checking`, `savings`, `credit` … */
  kind: string;
  /** The last digits. */
  mask?: string;
}

/** The user left from a failure. */
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
  | 'user_action_required'
  | 'temporary_failure'
  | 'account_locked'
  | 'no_accounts'
  | 'institution_unavailable'
  | 'consent_denied'
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
  /** `user_closed`: by the user. `denied_consent`: the user declined your consent screen. `denied_oauth`: the user denied the access at the bank. `host_closed`: by your page. `navigated`: your page was left. */
  reason: 'user_closed' | 'denied_consent' | 'denied_oauth' | 'host_closed' | 'navigated' | (string & {});
  institution_id?: string;
  provider?: string;
  state?: string;
}

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

/** One opening of the widget. A handler that is added after the end still hears of it, once. */
export interface Session {
  /** Resolves with the outcome; never rejects. */
  readonly result: Promise<Outcome>;
  /** Closes the widget; the outcome is then an exit with the reason `host_closed`, or success if a bank is connected already. */
  close(): void;
  /** Hands over a new token: when the event `failed` came with `session_expired`, the widget goes on where it was. */
  update(changes: { token: string }): void;
  onConnection(handler: (institutionId: string, data: { provider: string }) => void): Session;
  onError(handler: (error: ConnectError) => void): Session;
  onExit(handler: (exit: ConnectExit) => void): Session;
  onEvent(handler: (name: EventName, data: Record<string, unknown>) => void): Session;
}
