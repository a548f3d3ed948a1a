// What a host may write with the subpaths. Compiled, never run.
import { createElement, createRef } from 'react';
import { ConnectWidgetElement } from '@connect-widget/sdk/element';
import { Connect, useConnect } from '@connect-widget/sdk/react';
import * as double from '@connect-widget/sdk/testing';
import type { Session } from '@connect-widget/sdk';

const element = document.createElement('connect-widget');
element.token = async () => 'abc';
element.institutions = ['demo'];
element.addEventListener('connect:success', ({ detail }) => console.log(detail.institution_id));
document.addEventListener('connect:event', ({ detail }) => console.log(detail.name));
element.addEventListener('connect-exit', ({ detail }) => console.log(detail.reason));
const same: ConnectWidgetElement = element;
const opened: Session = same.open();
// @ts-expect-error: no such theme
element.theme = 'blue';

export function Shop() {
  const { open, close, session, isReady, outcome } = useConnect({ token: 'abc', reconnect: 'inst_1', onSuccess: ({ institution_id }) => console.log(institution_id), using: double });
  // @ts-expect-error: a token is needed
  useConnect({});
  const ref = createRef<Session>();
  return createElement('div', { onClick: open }, isReady, outcome?.type, session && String(close), createElement(Connect, { token: 'abc', className: 'bank', style: { height: 600 }, ref }));
}
createElement('connect-widget', { token: 'abc', 'job-types': 'transactions', 'onconnect-success': ({ detail }: { detail: { institution_id: string } }) => console.log(detail.institution_id) });
// @ts-expect-error: it makes its own container
createElement(Connect, { token: 'abc', container: '#bank' });

double.next(async (widget) => {
  const token: string = await widget.token;
  widget.event('opened');
  widget.success({ institution_id: token });
});
double.connect({ token: 'abc' }).close();
double.last().error('timeout');
double.last().exit('institution_not_found');
// @ts-expect-error: an error has a code
double.last().error({ message: 'm' });
console.log(opened, double.opened.length, double.ERROR_CODES);
double.reset();
