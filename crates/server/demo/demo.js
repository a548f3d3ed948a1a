// The host page of the demo: all that a shop has to write, and a display of what it is told.
'use strict';

const events = document.getElementById('events');
const result = document.getElementById('result');

document.getElementById('connect').addEventListener('click', () => {
  events.replaceChildren();
  result.replaceChildren();
  ConnectWidget.connect({
    token: fetchToken,
    onEvent: (event) => show(events, 'li', event.name, event.data),
    onSuccess: (data) => show(result, 'span', 'onSuccess', data),
    onError: (data) => show(result, 'span', 'onError', data),
    onExit: (data) => show(result, 'span', 'onExit', data),
  });
});

// A real shop's server asks for the token with its secret: POST /v1/tokens.
async function fetchToken() {
  const response = await fetch('/demo/token', { method: 'POST' });
  if (!response.ok) throw new Error(`the shop's server answered ${response.status}`);
  return (await response.json()).token;
}

function show(list, element, name, data) {
  const item = document.createElement(element);
  const title = document.createElement('b');
  title.textContent = name;
  item.dataset.name = name;
  const plain = element === 'li';
  item.append(title, plain ? ' ' : '\n', plain && !Object.keys(data).length ? '' : JSON.stringify(data, null, plain ? 0 : 2));
  list.append(item);
}
