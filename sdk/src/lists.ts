/** The names in `ErrorCode`, `EventName` and `ExitReason`, for code that goes through them. */
import type { ErrorCode, EventName, ExitReason } from './api';

export const ERROR_CODES = /* @__PURE__ */ Object.freeze([
  'invalid_credentials',
  'too_many_attempts',
  'user_action_required',
  'temporary_failure',
  'account_locked',
  'no_accounts',
  'institution_unavailable',
  'consent_denied',
  'consent_expired',
  'duplicate_connection',
  'oauth_denied',
  'oauth_error',
  'oauth_unavailable',
  'oauth_expired',
  'question_expired',
  'delayed',
  'provider_error',
  'unknown_provider',
  'unknown_institution',
  'session_expired',
  'invalid_token',
  'origin_not_allowed',
  'redirect_uri_not_registered',
  'timeout',
  'server_error',
  'internal',
  'token_unavailable',
  'widget_unreachable',
] as const satisfies readonly ErrorCode[]);

export const EVENT_NAMES = /* @__PURE__ */ Object.freeze([
  'opened',
  'screen_shown',
  'consent_given',
  'institution_selected',
  'credentials_submitted',
  'oauth_opened',
  'oauth_blocked',
  'oauth_returned',
  'question_asked',
  'answer_submitted',
  'accounts_selected',
  'connected',
  'failed',
] as const satisfies readonly EventName[]);

export const EXIT_REASONS = /* @__PURE__ */ Object.freeze([
  'user_closed',
  'denied_consent',
  'denied_oauth',
  'institution_not_found',
  'timeout',
  'host_closed',
  'navigated',
] as const satisfies readonly ExitReason[]);
