/** The address that the iframe opens. It never carries the token. */
import type { ConnectOptions } from './api';

/** `base`: where this script came from, if that is known. */
export function address(options: ConnectOptions, base: string | undefined, hostOrigin: string): URL {
  const url = widgetUrl(options.url ?? (base && new URL(base).origin));
  const parameters: Record<string, string | number | null | undefined> = {
    origin: hostOrigin,
    provider: options.provider,
    providers: options.providers?.join(),
    provider_groups: options.providerGroups?.join(),
    countries: options.countries?.join(),
    search: options.search,
    job_types: options.jobTypes?.join(),
    account_selection: options.accountSelection,
    allow_change_institution: options.allowChangeInstitution === false ? 'false' : undefined,
    oauth: options.oauth,
    oauth_redirect_uri: options.redirectUri,
    resume: options.resume && new URL(options.resume, base ?? 'http://localhost').searchParams.get('connect_resume'),
    lang: options.lang,
    theme: options.theme,
    providers_per_line: options.providersPerLine,
    state: options.state,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value != null && value !== '') url.searchParams.set(name, String(value));
  }
  return url;
}

function widgetUrl(text: string | undefined): URL {
  let url: URL | undefined;
  try {
    url = new URL(`${text}`.replace(/\/*$/, '/'));
  } catch {
    // Said below, together with addresses of other kinds.
  }
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('ConnectWidget: give `url`, the http(s) address that the widget is served from');
  }
  return url;
}
