/** The page's token: asked for, and looked at. Knows no page. */
import type { ConnectEvent, ConnectOptions } from './api';
import { text } from './messages';

/** A page whose tokens have ended as soon as they are there is not asked without end. */
export const MOST_RENEWALS = 9;

export const isExpiry = ({ name, data }: ConnectEvent) => name === 'failed' && data.code === 'session_expired';

/** What is in no token, and what it is a sign of; hints.ts has more words for each. */
const SIGNS: Record<string, string> = { '{': 'looks like JSON', '<': 'looks like HTML', '"': 'has quotes' };

/** What is wrong with it as a token, if anything is. */
export function flaw(given: unknown): string | undefined {
  const token = text(given) && given.trim();
  if (!token) return typeof given;
  const [sign] = /["<{\s]/.exec(token) ?? [];
  return sign && (SIGNS[sign] ?? 'has blanks');
}

/** In words for the developer. */
export const none = (flaw: unknown): string => `There is no token: ${flaw}`;

/** Resolves with a usable token, or rejects with those words. */
export async function ask(token: ConnectOptions['token']): Promise<string> {
  try {
    const given = await (typeof token === 'function' ? token() : token);
    const wrong = flaw(given);
    if (!wrong) return given.trim();
    throw wrong;
  } catch (wrong) {
    throw new Error(none(wrong));
  }
}
