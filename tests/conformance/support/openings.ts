// How a host page opens each system's page for a new user.
import type { Backend } from './backend';

export interface Opening {
  path: string;
  settings(backend: Backend, widget: string, host: string): Promise<object>;
}

export const inFrame = (src: (backend: Backend, widget: string, host: string) => Promise<string>): Opening => ({
  path: '/iframe',
  settings: async (...where) => ({ src: await src(...where) }),
});
const wealthica = (connectionType: string): Opening => ({
  path: '/wealthica',
  settings: async (backend) => ({ token: await backend.token(), call: 'connect', given: [{ connectionType }] }),
});
export const WANTED = { jobTypes: ['transactions'] };

export const OPENINGS: Record<string, Opening> = {
  'Wealthica by POST': wealthica('POST'),
  'Wealthica by GET': wealthica('GET'),
  MoneyKit: {
    path: '/moneykit',
    settings: async (backend) => {
      const { link_session_token: token } = await backend.ask('POST', '/link-session', { customer_user: { id: backend.user } });
      return { token: backend.secret(token), call: 'link', options: {} };
    },
  },
  Flinks: { path: '/flinks', settings: async (backend) => ({ query: { authorizeToken: await backend.token(), jsRedirect: 'true' } }) },
  Meld: inFrame(async (backend) => {
    const { connectToken, widgetUrl } = await backend.ask('POST', '/bank-linking/connect/start', { externalCustomerId: backend.user });
    backend.secret(connectToken);
    return widgetUrl;
  }),
  'UCW 1': inFrame(async (backend, widget, host) => {
    const { token } = await backend.bearer(`/api/token?userId=${backend.user}`);
    const query = new URLSearchParams({ jobTypes: 'transactions', userId: backend.user, targetOrigin: host, token: backend.secret(token) });
    return `${widget}/widget?${query}`;
  }),
  'UCW 2': inFrame(async (backend, _, host) => {
    const { widgetUrl } = await backend.ask('POST', '/widgetUrl', { ...WANTED, userId: backend.user, targetOrigin: host });
    return widgetUrl;
  }),
};
