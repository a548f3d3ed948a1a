// What a host may not write: each line is an error, or this file does not compile.
import { connect, reconnect } from '@connect-widget/sdk';

// @ts-expect-error: options are needed
connect();
// @ts-expect-error: a token is needed
connect({});
// @ts-expect-error: a token is text
connect({ token: 42 });
// @ts-expect-error: a token function gives text
connect({ token: async () => ({ token: 'abc' }) });
// @ts-expect-error: neither does a promise of an object
connect({ token: Promise.resolve({ token: 'abc' }) });
// @ts-expect-error: no such option
connect({ token: 'abc', onSucess: () => {} });
// @ts-expect-error: no such theme
connect({ token: 'abc', theme: 'blue' });
// @ts-expect-error: a list, not text
connect({ token: 'abc', institutions: 'demo' });
// @ts-expect-error: one or two
connect({ token: 'abc', providersPerLine: 3 });
// @ts-expect-error: the result has no such field
connect({ token: 'abc', onSuccess: (result) => result.institutionId });

const session = connect({ token: 'abc' });
// @ts-expect-error: the chain's handler gets the id as text
session.onConnection((institutionId: number) => institutionId);
// @ts-expect-error: a session is not thenable; its `result` is
session.then(() => {});
// @ts-expect-error: what is in the address stays as it is
session.update({ search: 'demo' });
// @ts-expect-error: the listener gets the result
session.addEventListener('success', ({ detail }) => detail.reason);
// @ts-expect-error: the connection's id comes first
reconnect({ token: 'abc' });
// @ts-expect-error: no such colour
connect({ token: 'abc', themeTokens: { primary: 'red' } });
// @ts-expect-error: one for each scheme
connect({ token: 'abc', themeTokens: { accent: { light: 'red' } } });
session.result.then((end) => {
  // @ts-expect-error: only a success has a result
  end.result;
});
