// What a host may write. Compiled, never run.
import { connect, type ConnectResult, type Outcome, type Session } from 'connect-widget';

connect({ token: 'abc' });
connect({ token: () => 'abc' });

const session: Session = connect({
  token: async () => 'abc',
  url: 'https://connect.example',
  provider: 'demo',
  providers: ['demo', 'tangerine'],
  providerGroups: ['banks'],
  countries: ['CA'],
  search: 'caisse',
  jobTypes: ['transactions'],
  accountSelection: 'multiple',
  allowChangeInstitution: false,
  oauth: 'redirect',
  redirectUri: 'https://shop.example/back',
  resume: 'https://shop.example/back?connect_resume=n1',
  lang: 'en',
  theme: 'dark',
  providersPerLine: 1,
  state: 'opaque',
  title: 'Link an account',
  timeoutMs: 5000,
  onSuccess: (result) => {
    const id: string = result.institution_id;
    const names: string[] = result.accounts.map((account) => account.name);
    const mask: string | undefined = result.accounts[0]?.mask;
    console.log(id, names, mask, result.provider_name, result.state);
  },
  onError: (error) => {
    if (error.code === 'session_expired') console.log(error.message, error.reference);
    const later: string = error.code;
    console.log(later);
  },
  onExit: ({ reason }) => console.log(reason === 'user_closed', reason.length),
  onEvent: ({ name, data }) => console.log(name === 'connected', data.provider),
});

session
  .onConnection((institutionId, { provider }) => console.log(institutionId.length, provider.length))
  .onError(({ code }) => console.log(code))
  .onExit(() => {})
  .onEvent((name, data) => console.log(name, data))
  .close();

export async function outcome(): Promise<ConnectResult | undefined> {
  const end: Outcome = await session.result;
  switch (end.type) {
    case 'success':
      return end.result;
    case 'error':
      console.log(end.error.code);
      return undefined;
    case 'exit':
      console.log(end.exit.reason);
      return undefined;
  }
}

// A session is not thenable: awaiting it gives the session itself.
export const same = async (): Promise<Session> => await session;
session.update({ token: 'new' });
