/** The native protocol's messages (docs/native-protocol.md): whatever is not one of them is nothing. */
import type { ConnectError, ConnectEvent, ConnectExit, ConnectResult, Outcome } from './api';

export type FromWidget = { type: 'loaded' } | { type: 'ready' } | { type: 'event'; event: ConnectEvent } | Outcome;

export const init = (token: string) => ({ connect_widget: 1, type: 'init', token });
export const update = (token: string) => ({ connect_widget: 1, type: 'update', token });

/** Reads a message that came from the widget's window and origin. Foreign and broken ones are `undefined`. */
export function read(message: unknown): FromWidget | undefined {
  if (!isRecord(message) || message.connect_widget !== 1) return undefined;
  const { type, name, data } = message;
  if (type === 'loaded' || type === 'ready') return { type };
  if (!isRecord(data)) return undefined;
  switch (type) {
    case 'event':
      return text(name) ? { type, event: { name, data } } : undefined;
    case 'success':
      return isConnection(data) ? { type, result: data } : undefined;
    case 'error':
      return text(data.code) && text(data.message) ? { type, error: data as unknown as ConnectError } : undefined;
    case 'exit':
      return text(data.reason) ? { type, exit: data as unknown as ConnectExit } : undefined;
  }
  return undefined;
}

/** What `success` and the event `connected` carry. */
export const isConnection = (data: Record<string, unknown>): data is Record<string, unknown> & ConnectResult =>
  text(data.institution_id) && text(data.provider) && Array.isArray(data.accounts);

export const text = (value: unknown): value is string => typeof value === 'string';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
