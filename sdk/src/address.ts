/** The address that the widget is opened with. It never carries the token. */
import type { ConnectOptions } from './api';
import { ALIKE, refuse } from './door';
import { separated, wireTokens } from './messages';

/** `base`: where this script came from, if that is known. `reconnect`: the connection to log in to again. */
export function address(options: Omit<ConnectOptions, 'token'>, base: string | undefined, hostOrigin: string, reconnect?: string): URL {
  const url = widgetUrl(options.url ?? served(base), hostOrigin);
  const parameters: Record<string, unknown> = {
    mode: options.mode,
    institution: reconnect,
    provider: options.institution,
    providers: options.institutions,
    oauth_redirect_uri: options.redirectUri,
    resume: options.resume && new URL(options.resume, hostOrigin).searchParams.get('connect_resume'),
    theme_tokens: options.themeTokens && JSON.stringify(wireTokens(options.themeTokens)),
  };
  for (const name of ALIKE.split(' ')) parameters[separated(name, '_')] = options[name as keyof typeof options];
  const fragment = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    // A list becomes its items with commas between them.
    const text = `${value ?? ''}`;
    if (text) fragment.set(name, text);
  }
  url.searchParams.set('origin', hostOrigin);
  // The rest is the widget's alone: no server is asked for it, no log has it, no proxy finds it too long.
  url.hash = `${fragment}`;
  return url;
}

/** The widget's server has the script under its own name; a bundle, which has another, comes from the page's. */
const served = (base = '') => (/\/connect\.m?js\b/.test(base) ? new URL(base).origin : '');

function widgetUrl(text: string, hostOrigin: string): URL {
  const url = /^https?:/i.test(text) && new URL(text);
  const isRefused = !url || url.pathname + url.search !== '/' || (url.protocol === 'http:' && /^https/.test(hostOrigin) && !isLocal(url.hostname));
  return isRefused ? refuse('`url`', 'an origin, https if your page is') : url;
}

/** Of plain http browsers let these alone into a page that is secure. */
export const isLocal = (name: string) => /(^|\.)localhost$|^127\.|^\[::1/.test(name);
