/** Words in the console for the developer of a page, each once: what `connect()` was given and cannot use. Changes nothing. */
import type { ConnectOptions, SessionChanges } from './api';
import { CHANGES, copy, isLive, isObject, OPTIONS } from './door';
import { separated } from './messages';

export const TOKENS =
  'accent accentHover accentSoft onAccent canvas scrim surface surfaceRaised text textMuted line fieldLine danger warning success focus radius font';
const VALUES: Record<string, string> = {
  mode: 'modal inline popup',
  oauth: 'auto popup redirect',
  accountSelection: 'none single multiple',
  lang: 'en',
  theme: 'light dark auto',
  providersPerLine: '1 2',
  allowChangeInstitution: 'true false',
  skipSuccessScreen: 'true false',
};
const LISTS = 'institutions providerGroups countries jobTypes';

const said = new Set<string>();

function warn(words: string): void {
  if (said.has(words)) return;
  said.add(words);
  console.warn(`ConnectWidget: ${words}`);
}

/** `frame`: the iframe that was opened; for changes of an open session it is null. */
export function hint(given: ConnectOptions | SessionChanges, frame?: HTMLIFrameElement | null): void {
  try {
    if (frame === null) names(given, CHANGES, ' to change');
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
    if (value !== undefined && !isLive(name)) look(name, value);
  }
}

function look(name: string, value: unknown): void {
  const copied = copy(value);
  const values = VALUES[name]?.split(' ');
  if (copied === undefined) warn(`\`${name}\` cannot be copied, and is left out`);
  else if (values && !values.includes(`${copied}`)) warn(`\`${name}\` is one of ${values.join(', ')}`);
  else if (LISTS.split(' ').includes(name) ? !Array.isArray(copied) : name !== 'themeTokens' && isObject(copied)) warn(`\`${name}\` is no ${isObject(copied) ? 'text' : 'list'}`);
  if (name !== 'themeTokens' || !isObject(copied)) return;
  // A style sheet's way of writing a name is one, too.
  const known = `${TOKENS} ${separated(TOKENS, '-')}`.split(' ');
  for (const token of Object.keys(copied)) if (!known.includes(token)) warn(`there is no theme token \`${token}\``);
}
