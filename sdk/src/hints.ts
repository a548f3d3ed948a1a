/** Words in the console for the developer of a page, each once: what `connect()` was given and cannot use, and why it ended. Changes nothing. */
import type { ConnectError, ConnectOptions, Outcome, SessionChanges } from './api';
import { CHANGES, copy, isLive, isObject, OPTIONS } from './door';
import { separated } from './messages';

export const TOKENS =
  'accent accentHover accentSoft onAccent canvas scrim surface surfaceRaised text textMuted line fieldLine danger warning success focus radius font';
const VALUES: Record<string, string> = {
  mode: 'modal inline popup',
  oauth: 'auto popup redirect',
  accountSelection: 'none single multiple',
  theme: 'light dark auto',
  providersPerLine: '1 2',
  allowChangeInstitution: 'true false',
  skipSuccessScreen: 'true false',
};
const LISTS = 'institutions providerGroups countries jobTypes'.split(' ');
const NUMBERS = 'timeoutMs loadTimeoutMs'.split(' ');
/** What shows whether a theme token can be used; for all others it is a colour. */
const PROPERTIES: Record<string, [property: string, what: string]> = {
  radius: ['border-radius', 'length'],
  font: ['font-family', 'list of font families'],
};

const said = new Set<string>();

function warn(words: string): void {
  if (said.has(words)) return;
  said.add(words);
  console.warn(`ConnectWidget: ${words}`);
}

/** `frame`: the iframe that was opened with these options; null for changes of an open session, false for its end. */
export function hint(given: ConnectOptions | SessionChanges | Outcome, frame?: HTMLIFrameElement | null | false): void {
  try {
    if (frame === false) ended(given as Outcome);
    else if (frame === null) names(given, CHANGES, ' to change');
    else options(given as ConnectOptions, frame);
  } catch {
    // What cannot be read has thrown where it was needed.
  }
}

function options(given: ConnectOptions, frame: HTMLIFrameElement | undefined): void {
  names(given, `${OPTIONS} nonce`, '');
  const { oauth, redirectUri, mode } = given;
  if (oauth === 'redirect' && !redirectUri && mode !== 'popup') warn("`oauth: 'redirect'` needs `redirectUri`; without it a bank's site opens in a popup");
  if (frame?.isConnected && !frame.getClientRects().length) warn('nobody sees the widget: its `container` or something around it has `display: none`');
}

function names(given: object, list: string, purpose: string): void {
  const known = list.split(' ');
  for (const name in given) if (!known.includes(name)) warn(`there is no option \`${name}\`${purpose}`);
  for (const name of known) {
    const value = (given as Record<string, unknown>)[name];
    if (value == null) continue;
    const wrong = /^on[A-Z]/.test(name) ? typeof value !== 'function' && 'is no function' : !isLive(name) && complaint(name, value);
    if (wrong) warn(`\`${name}\` ${wrong}`);
  }
}

/** What is wrong with it, if anything is. */
function complaint(name: string, value: unknown): string | false {
  const copied = copy(value);
  const values = VALUES[name]?.split(' ');
  if (copied === undefined) return 'cannot be copied, and is left out';
  if (values) return !values.includes(`${copied}`) && `is one of ${values.join(', ')}`;
  if (LISTS.includes(name)) return !isListOfText(copied) && (Array.isArray(copied) ? 'is no list of texts' : 'is no list');
  if (NUMBERS.includes(name)) return !(typeof copied === 'number' && copied >= 0) && 'is no number of milliseconds';
  if (name === 'themeTokens') return isObject(copied) ? looks(copied) : 'is no object';
  return typeof copied !== 'string' && 'is no text';
}

const isListOfText = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string');

function looks(tokens: object): false {
  // A style sheet's way of writing a name is one, too.
  const known = `${TOKENS} ${separated(TOKENS, '-')}`.split(' ');
  for (const [token, value] of Object.entries(tokens)) {
    const [property, what] = PROPERTIES[token] ?? ['color', 'colour'];
    const values: unknown[] = isObject(value) && !PROPERTIES[token] ? Object.values(value) : [value];
    const isUsable = (value: unknown) => typeof value === 'string' && (!globalThis.CSS || CSS.supports(property, value));
    if (!known.includes(token)) warn(`there is no theme token \`${token}\``);
    else if (!values.every(isUsable)) warn(`the theme token \`${token}\` is no CSS ${what}`);
  }
  return false;
}

const SIGNS: Record<string, string> = {
  'looks like JSON': 'what `token` gives is a whole JSON answer: give the text of its field `token`',
  'looks like HTML': 'what `token` gives is a page: your own server answered with its login or an error instead of a token; see the Network panel',
  'has quotes': 'what `token` gives is in quotes: read your server\'s answer as JSON, or let it answer with plain text',
  'has blanks': 'what `token` gives has blanks in it: give the token alone, without `Bearer`',
};

function ended(outcome: Outcome): void {
  if (outcome.type !== 'error') return;
  const words = reason(outcome.error);
  if (words) warn(`${outcome.error.code}: ${words}`);
}

function reason({ code, message }: ConnectError): string | undefined {
  switch (code) {
    case 'invalid_token':
      return 'the widget\'s server does not know this token: it is cut, or another server\'s. Get one with `POST /v1/tokens` from the server that the widget comes from, and give its field `token` as it is';
    case 'origin_not_allowed':
      return `the token was made for another page than ${location.origin}: make it with this \`origin\`, or without one, and look at \`origins\` of your client`;
    case 'redirect_uri_not_registered':
      return '`redirectUri` is not among the `redirect_uris` of your client: add it as it is, to the letter';
    case 'token_unavailable':
      return SIGNS[message.split(': ')[1] ?? ''] ?? '`token` gave nothing, or failed: return the token\'s text; look at how your server\'s `POST /v1/tokens` was answered';
    case 'widget_unreachable':
      return `the widget's page did not come, or its scripts do not run. Is ${location.origin} among the \`origins\` of your client? Does this page's policy (frame-src) or isolation (COEP) keep it out? Is the server up? docs/embed.md, "When it does not open"`;
    default:
      return undefined;
  }
}
