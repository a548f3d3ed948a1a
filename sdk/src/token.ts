/** The page's token: asked for, and looked at. Knows no page. */
import type { ConnectEvent, ConnectOptions } from './api';
import { text } from './messages';

/** A page whose tokens have ended as soon as they are there is not asked without end. */
export const MOST_RENEWALS = 9;

export const isExpiry = ({ name, data }: ConnectEvent) => name === 'failed' && data.code === 'session_expired';

/** What is in no token, and what it is a sign of; hints.ts has more words for each. */
const SIGNS: Record<string, string> = { '{': 'looks like JSON', '<': 'looks like HTML', '"': 'has quotes' };

/** Resolves with a usable token, or rejects with words for the developer. */
export const ask = async (token: ConnectOptions['token']): Promise<string> => usable((async () => (typeof token === 'function' ? token() : token))());

/** The same of what was asked for already. */
export async function usable(asked: Promise<unknown>): Promise<string> {
  try {
    const given = await asked;
    const token = text(given) && given.trim();
    const [sign] = /["<{\s]/.exec(token || '') ?? [];
    if (token && !sign) return token;
    throw sign ? SIGNS[sign] ?? 'has blanks' : typeof given;
  } catch (reason) {
    throw new Error(`There is no token: ${reason}`);
  }
}
