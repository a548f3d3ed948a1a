// What a host may write. Compiled, never run.
import { connect, ERROR_CODES, preload, reconnect, resume, type ConnectResult, type ErrorCode, type Outcome, type Session } from '@connect-widget/sdk';

connect({ token: 'abc' });
connect({ token: () => 'abc' });
connect({ token: Promise.resolve('abc') });

const session: Session = connect({
  token: async () => 'abc',
  url: 'https://connect.example',
  institution: 'demo',
  institutions: ['demo', 'tangerine'],
  providerGroups: ['banks'],
  countries: ['CA'],
  search: 'caisse',
  jobTypes: ['transactions'],
  accountSelection: 'multiple',
  allowChangeInstitution: false,
  skipSuccessScreen: true,
  oauth: 'redirect',
  redirectUri: 'https://shop.example/back',
  resume: 'https://shop.example/back?connect_resume=n1',
  lang: 'en',
  theme: 'dark',
  themeTokens: { accent: '#0a0', onAccent: { light: 'white', dark: 'rgb(0 0 0)' }, radius: '4px', font: 'Inter, sans-serif' },
  mode: 'inline',
  container: '#bank',
  providersPerLine: 1,
  state: 'opaque',
  title: 'Link an account',
  timeoutMs: 600_000,
  loadTimeoutMs: 5000,
  signal: new AbortController().signal,
  nonce: 'abc',
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
session.update({ theme: 'auto', themeTokens: { accent: 'teal' }, lang: 'en' });

connect({ token: 'abc', container: document.createElement('iframe') });
const again: Session = reconnect('inst_1', { token: 'abc' });
const returned: Session = resume(location.href, { token: 'abc' });
preload();
preload({ url: 'https://connect.example' });

session.addEventListener('success', ({ detail }) => console.log(detail.institution_id));
session.addEventListener('event', ({ detail }) => console.log(detail.name, detail.data));
session.addEventListener('anything', (event: Event) => console.log(event.type));

export async function steps(): Promise<void> {
  using opened = again;
  const usable: boolean = await opened.ready;
  const went: boolean = await returned.back();
  const codes: readonly ErrorCode[] = ERROR_CODES;
  console.log(usable, went, codes.length);
  returned.destroy();
}
