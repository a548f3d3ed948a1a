/** The address that the widget is opened with. It never carries the token. */
import type { ConnectOptions } from './api';
import { ALIKE, refuse } from './door';
import { separated, wireTokens } from './messages';

/** `base`: the folder that this script came from, if that is the widget's. `reconnect`: the connection to log in to again. */
export function address(options: Omit<ConnectOptions, 'token'>, base: string | undefined, hostOrigin: string, reconnect?: string): URL {
  const url = widgetUrl(options.url ?? base, hostOrigin);
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

/** The folder of the widget's server, which has the script under its own name, and in one of its version; a bundle, which has another, comes from the page's. */
export const served = (source?: string) => /(.+?\/)(v[\d.]+\/)?connect\.m?js/.exec(source!)?.[1];

/** Of a folder: the widget's page is in it. */
function widgetUrl(text: string | undefined, hostOrigin: string): URL {
  const url = /^https?:[^?#]+$/i.test(text!) && new URL(text!.replace(/\/*$/, '/'));
  const isRefused = !url || (/^https/.test(hostOrigin) && /^http:/i.test(text!) && !isLocal(url.hostname));
  return isRefused ? refuse('`url`', 'https if your page is') : url;
}

/** Of plain http browsers let these alone into a page that is secure. */
export const isLocal = (name: string) => /(^|\.)localhost$|^127\.|^\[::1/.test(name);
