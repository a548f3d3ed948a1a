/** The door for what a page gives: read once, at once, and copied to plain data, so that nothing of the page's throws later. Knows no page. */
import type { ConnectOptions, SessionChanges } from './api';

/** Those whose parameters have the same names, in snake_case. */
export const ALIKE =
  'providerGroups countries search jobTypes accountSelection allowChangeInstitution skipSuccessScreen oauth lang theme providersPerLine state';
export const OPTIONS = `${ALIKE} token url institution institutions redirectUri resume themeTokens mode container title timeoutMs loadTimeoutMs signal onSuccess onError onExit onEvent`;
export const CHANGES = 'token theme themeTokens lang';

/** By name, so that it does not matter whether the page's object is a proxy, or has getters in its class. */
export function take<Given extends ConnectOptions | SessionChanges>(given: Given, names: string): Given {
  const own: Record<string, unknown> = {};
  try {
    for (const name of names.split(' ')) {
      const value: unknown = given[name as keyof Given];
      const taken = isLive(name) ? bound(value, given) : copy(value);
      if (taken !== undefined) own[name] = taken;
    }
  } catch {
    refuse('`options`', 'an object');
  }
  return own as unknown as Given;
}

/** What the developer must mend before anything opens. */
export function refuse(name: string, what: string): never {
  throw new TypeError(`ConnectWidget: give ${name}, ${what}`);
}

/** These are no data. */
export const isLive = (name: string) => /^(token|container|signal|on[A-Z])/.test(name);

const bound = (value: unknown, given: object) => (typeof value === 'function' ? value.bind(given) : value);

/** Nothing, where it cannot be copied. */
export function copy(value: unknown): unknown {
  try {
    return isObject(value) ? JSON.parse(JSON.stringify(value)) : value;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is object => Object(value) === value;
