/** How far a session has come by what its events said, for an end that the widget does not tell. Knows no page. */
import type { ConnectEvent, ConnectExit, ConnectResult } from './api';
import { isConnection, text } from './messages';

export interface Progress {
  event(event: ConnectEvent): void;
  /** The bank that the user is at, and its connection. */
  place(): Pick<ConnectExit, 'institution_id' | 'provider'>;
  /** The last connection that stands; also after the user went on, or reloaded the widget. */
  connected(): ConnectResult | undefined;
}

export function progress(): Progress {
  let place: ReturnType<Progress['place']> = {};
  let connected: ConnectResult | undefined;

  return {
    event({ name, data }) {
      // The handlers get the same object and may change theirs.
      if (name === 'connected' && isConnection(data)) connected = structuredClone(data);
      // Whoever is back at the list of banks has left the former one.
      if (name === 'institution_selected' || data.screen === 'search') place = {};
      for (const key of ['institution_id', 'provider'] as const) {
        const value = data[key];
        if (text(value)) place[key] = value;
      }
    },
    place: () => place,
    connected: () => connected,
  };
}
