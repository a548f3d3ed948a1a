/** The address that the widget is opened with. It never carries the token. */
import type { ConnectOptions } from './api';
import { separated, wireTokens } from './messages';

/** `base`: where this script came from, if that is known. `reconnect`: the connection to log in to again. */
export function address(options: Omit<ConnectOptions, 'token'>, base: string | undefined, hostOrigin: string, reconnect?: string): URL {
  const url = widgetUrl(options.url ?? (base && new URL(base).origin));
  const parameters: Record<string, unknown> = {
    origin: hostOrigin,
    mode: options.mode ?? (options.container && 'inline'),
    institution: reconnect,
    provider: options.institution,
    providers: options.institutions,
    oauth_redirect_uri: options.redirectUri,
    resume: options.resume && new URL(options.resume, hostOrigin).searchParams.get('connect_resume'),
    theme_tokens: options.themeTokens && JSON.stringify(wireTokens(options.themeTokens)),
  };
  for (const name of ALIKE) parameters[separated(name, '_')] = options[name];
  for (const [name, value] of Object.entries(parameters)) {
    // A list becomes its items with commas between them.
    const text = `${value ?? ''}`;
    if (text) url.searchParams.set(name, text);
  }
  return url;
}

/** Options whose parameters have the same names, in snake_case. */
const ALIKE = [
  'providerGroups',
  'countries',
  'search',
  'jobTypes',
  'accountSelection',
  'allowChangeInstitution',
  'skipSuccessScreen',
  'oauth',
  'lang',
  'theme',
  'providersPerLine',
  'state',
] as const satisfies readonly (keyof ConnectOptions)[];

function widgetUrl(text: string | undefined): URL {
  if (!/^https?:/i.test(`${text}`)) throw new TypeError('ConnectWidget: give `url`, an http(s) address');
  return new URL(`${text}`.replace(/\/*$/, '/'));
}
