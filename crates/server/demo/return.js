// Shows the parameters that a redirect brought back. They are anybody's text: shown as text only.
'use strict';

const list = document.getElementById('parameters');
for (const [name, value] of new URLSearchParams(location.search)) {
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const detail = document.createElement('dd');
  term.textContent = name;
  detail.textContent = value;
  row.append(term, detail);
  list.append(row);
}
