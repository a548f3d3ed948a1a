/** The native protocol's messages (docs/native-protocol.md): whatever is not one of them is nothing. */
import type { ConnectError, ConnectExit, ConnectResult, SessionChanges, ThemeTokens } from './api';

export type FromWidget =
  | { type: 'loaded' | 'ready' | 'leaving' }
  | { type: 'back'; data: { did_go_back?: unknown } }
  | { type: 'event'; name: string; data: Record<string, unknown> }
  | { type: 'success'; data: ConnectResult }
  | { type: 'error'; data: ConnectError }
  | { type: 'exit'; data: ConnectExit };

const toWidget = (type: string, rest?: object) => ({ connect_widget: 1, type, ...rest });
export const init = (token: string) => toWidget('init', { token });
export const back = () => toWidget('back');
export const update = ({ themeTokens, ...rest }: SessionChanges) =>
  toWidget('update', { ...rest, ...(themeTokens && { theme_tokens: wireTokens(themeTokens) }) });

/** Names as CSS has them: `onAccent` is `on-accent`. */
export const wireTokens = (tokens: ThemeTokens): Record<string, unknown> =>
  Object.fromEntries(Object.entries(tokens).map(([name, value]) => [separated(name, '-'), value]));

export const separated = (name: string, separator: string) =>
  name.replace(/[A-Z]/g, (letter) => separator + letter.toLowerCase());

/** Reads a message that came from the widget's window and origin. Foreign and broken ones are `undefined`. */
export function read(message: unknown): FromWidget | undefined {
  if (!isRecord(message) || message.connect_widget !== 1) return undefined;
  const { type, name, data } = message;
  const isWhole =
    /^(loaded|ready|leaving)$/.test(type as string) ||
    (isRecord(data) &&
      (type === 'back' ||
        (type === 'event' && text(name)) ||
        (type === 'success' && isConnection(data)) ||
        (type === 'error' && text(data.code) && text(data.message)) ||
        (type === 'exit' && text(data.reason))));
  return isWhole ? (message as FromWidget) : undefined;
}

/** What `success` and the event `connected` carry. */
export const isConnection = (data: Record<string, unknown>): data is Record<string, unknown> & ConnectResult =>
  text(data.institution_id) && text(data.provider) && Array.isArray(data.accounts);

export const text = (value: unknown): value is string => typeof value === 'string';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
