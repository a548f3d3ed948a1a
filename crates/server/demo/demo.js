// The demo shop's script: all that a shop has to write, and a display of what it is told.
'use strict';

const find = (id) => document.getElementById(id);

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
  const response = await fetch('/demo/token', { method: 'POST' });
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
