/** The page's token: asked for, and looked at. Knows no page. */
import type { ConnectEvent, ConnectOptions } from './api';
import { text } from './messages';

/** A page whose tokens have ended as soon as they are there is not asked without end. */
export const MOST_RENEWALS = 9;

export const isExpiry = ({ name, data }: ConnectEvent) => name === 'failed' && data.code === 'session_expired';

/** Resolves with a usable token, or rejects with words for the developer. */
export async function ask(token: ConnectOptions['token']): Promise<string> {
  try {
    const given: unknown = await (typeof token === 'function' ? token() : token);
    const usable = text(given) ? given.trim() : '';
    if (usable && !/[{<\s]/.test(usable)) return usable;
    throw usable ? 'looks like JSON; give its `token`' : typeof given;
  } catch (reason) {
    throw new Error(`There is no token: ${reason}`);
  }
}
