// The demo shop's script: all that a shop has to write, and a display of what it is told.
'use strict';

const find = (id) => document.getElementById(id);

const CONSENT = {
  job_types: ['accountNumbers', 'transactions'],
  consent: {
    reasons: [
      { job_type: 'accountNumbers', reason: 'To take the payment from the account that you choose.' },
      { job_type: 'transactions', reason: 'To see that there is enough in it.' },
    ],
  },
};

find('connect')?.addEventListener('click', () => {
  find('events').replaceChildren();
  find('result').replaceChildren();
  ConnectWidget.connect({
    token: fetchToken,
    onEvent: ({ name, data }) => showEvent(name, data),
    onSuccess: (result) => showResult('onSuccess', result),
    onError: (error) => showResult('onError', error),
    onExit: (exit) => showResult('onExit', exit),
  });
});

// A real shop's server asks for the token with its secret: POST /v1/tokens.
async function fetchToken() {
  const asks = [...document.querySelectorAll('#asks :checked')].map((box) => box.name);
  const body = {
    // The same shopper as long as the tab is open.
    user_id: (sessionStorage.shopper ??= `demo-shopper-${crypto.getRandomValues(new Uint32Array(2)).join('')}`),
    ...(asks.includes('consent') && CONSENT),
    ...(asks.includes('accounts') && { account_selection: 'multiple' }),
  };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('token', { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the shop's server answered ${response.status}`);
  return (await response.json()).token;
}

function showEvent(name, data) {
  const item = document.createElement('li');
  item.append(element('b', name), Object.keys(data).length ? ` ${JSON.stringify(data)}` : '');
  find('events').append(item);
}

function showResult(name, data) {
  find('result').append(element('b', name), `\n${JSON.stringify(data, null, 2)}`);
}

// The page that a redirect comes back to. What its address carries is anybody's text: shown as text only.
for (const [name, value] of find('parameters') ? new URLSearchParams(location.search) : []) {
  const row = document.createElement('div');
  row.append(element('dt', name), element('dd', value));
  find('parameters').append(row);
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
