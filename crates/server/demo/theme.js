// The theme playground. Two pages share it: the playground, and the page in its frame that has the widget over it.
'use strict';

const find = (id) => document.getElementById(id);
const WIDGET = '{{widget}}';
const CONSENT = {
  job_types: ['transactions'],
  consent: { reasons: [{ job_type: 'transactions', reason: 'To see that there is enough in the account.' }] },
};

if (find('again')) stage();
else playground();

// ---- The page with the widget over it.

function stage() {
  let session;
  const open = async (look, begin) => {
    find('again').hidden = true;
    await session?.close();
    session = ConnectWidget.connect({
      ...look,
      institution: begin === 'login' ? 'demo' : undefined,
      token: () => fetchToken(begin === 'consent' ? CONSENT : {}),
    });
    const own = session;
    // It has come to an end; another one may have taken its place.
    own.result.finally(() => (find('again').hidden = session !== own));
  };
  window.stage = { open, update: (look) => session?.update(look) };
  find('again').addEventListener('click', () => parent.reopen());
  parent.reopen?.();
}

// A real shop's server asks for the token with its secret: POST /v1/tokens.
async function fetchToken(asked) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('token', { method: 'POST', headers, body: JSON.stringify(asked) });
  if (!response.ok) throw new Error(`the shop's server answered ${response.status}`);
  return (await response.json()).token;
}

// ---- The playground.

function playground() {
  const WHAT = {
    accent: 'the main button, links, what is chosen',
    'on-accent': 'text on the accent',
    'accent-hover': 'the main button under the pointer',
    'accent-soft': 'behind a chosen row',
    surface: 'the card',
    'surface-raised': 'rows and fields on it',
    text: 'text',
    'text-muted': 'small and secondary text',
    line: 'lines between things',
    'field-line': 'the border of a field',
    focus: 'the ring around what has the focus',
    danger: 'errors',
    warning: 'warnings',
    success: 'success',
    scrim: 'around the card',
    canvas: 'nothing at present',
  };
  const PLAIN = { radius: ['the corners of the card', '16px'], font: ['all text', 'system-ui, sans-serif'] };
  const OUR_SCRIM = { light: 'rgb(18 25 38 / 0.46)', dark: 'rgb(0 0 0 / 0.62)' };
  const OUR_CANVAS = { light: '#eef1f5', dark: '#0b0e13' };
  const SCHEMES = ['light', 'dark'];

  /** By name: {light, dark}, or text. What is not here is ours. */
  let chosen = {};
  let contrasts;
  const rows = new Map();

  // A canvas reads any colour that a style sheet reads.
  const pen = document.createElement('canvas').getContext('2d');
  const read = (value) => {
    const [one, other] = ['#000', '#fff'].map((before) => {
      pen.fillStyle = before;
      pen.fillStyle = value;
      return pen.fillStyle;
    });
    return one === other ? one : undefined;
  };
  const isColour = (value) => read(value) !== undefined && /^(#[\da-f]+|[a-z]+|(rgb|hsl)a?\([\d ,./%]+\))$/i.test(value);

  const value = (name) => (typeof chosen[name] === 'object' && chosen[name].light === chosen[name].dark ? chosen[name].light : chosen[name]);
  const tokens = () => Object.fromEntries(Object.keys(chosen).map((name) => [name, value(name)]));
  const camel = (name) => name.replace(/-./g, (dash) => dash[1].toUpperCase());
  const picked = (name) => document.querySelector(`[name=${name}]:checked`).value;
  const look = () => ({ theme: picked('scheme'), themeTokens: Object.fromEntries(Object.entries(tokens()).map(([name, value]) => [camel(name), value])) });
  const frame = () => find('stage').contentWindow;

  /** What stands in a colour's fields: what was chosen, else what follows from the rest. */
  const current = (name, scheme) =>
    chosen[name]?.[scheme] ?? contrasts?.[scheme].colours[name]?.chosen ?? { scrim: OUR_SCRIM, canvas: OUR_CANVAS }[name]?.[scheme] ?? '';

  for (const [name, what] of Object.entries(WHAT)) {
    const row = add('colour', name, what);
    for (const input of row.querySelectorAll('input')) {
      const { scheme } = input.dataset;
      input.setAttribute('aria-label', `${name}, ${scheme}${input.type === 'color' ? ', picker' : ''}`);
      input.addEventListener('input', () => {
        const text = input.value.trim();
        const fits = isColour(text);
        input.toggleAttribute('aria-invalid', !fits);
        if (!fits) return;
        const both = Object.fromEntries(SCHEMES.map((scheme) => [scheme, current(name, scheme)]));
        chosen[name] = { ...both, [scheme]: text };
        changed(input);
      });
    }
  }
  for (const [name, [what, ours]] of Object.entries(PLAIN)) {
    const input = add('line', name, what).querySelector('input');
    input.setAttribute('aria-label', name);
    input.placeholder = ours;
    input.addEventListener('input', () => {
      const text = input.value.trim();
      const fits = name === 'radius' ? /^(0|[\d.]{1,7}(px|rem|em))$/.test(text) : /^[^;{}()<>\\]{1,299}$/.test(text);
      input.toggleAttribute('aria-invalid', !fits);
      if (!fits) return;
      chosen[name] = text;
      changed(input);
    });
  }

  function add(template, name, what) {
    const row = find(template).content.firstElementChild.cloneNode(true);
    row.querySelector('b').textContent = name;
    row.querySelector('.what').textContent = what;
    const reset = row.querySelector('.reset');
    reset.setAttribute('aria-label', `Reset ${name}`);
    reset.addEventListener('click', () => {
      delete chosen[name];
      row.querySelector('input[type=text]').focus();
      begin();
    });
    rows.set(name, row);
    find('fields').append(row);
    return row;
  }

  for (const button of document.querySelectorAll('[data-preset]')) {
    button.addEventListener('click', () => {
      chosen = JSON.parse(button.dataset.preset || '{}');
      begin();
    });
  }
  for (const input of document.querySelectorAll('.bar input')) {
    input.addEventListener('change', () => {
      document.querySelector('.stage').dataset.size = picked('size');
      if (input.name === 'begin') begin();
      else changed();
    });
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(find(button.dataset.copy).textContent);
      find('copied').textContent = `Copied: ${button.textContent.replace(/^Copy (for )?/, '')}.`;
    });
  }

  /** The widget keeps a token until another value is chosen; so without one it begins anew. */
  function begin() {
    frame().stage?.open(look(), picked('begin'));
    show();
  }
  window.reopen = begin;

  function changed(by) {
    frame().stage?.update(look());
    show(by);
  }

  let asked = 0;
  async function show(by) {
    keep();
    const turn = ++asked;
    const plain = Object.entries(chosen).filter(([name]) => name in WHAT);
    const resolved = plain.map(([name, { light, dark }]) => [name, { light: read(light), dark: read(dark) }]);
    const body = JSON.stringify(Object.fromEntries(resolved));
    const response = await fetch('contrast', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer = await response.json();
    if (turn !== asked) return;
    contrasts = answer;
    for (const name of rows.keys()) showRow(name, by);
    showPairs();
    showTexts();
  }

  function showRow(name, by) {
    const row = rows.get(name);
    row.querySelector('.reset').disabled = !(name in chosen);
    for (const input of row.querySelectorAll('input')) {
      if (input === by) continue;
      input.removeAttribute('aria-invalid');
      const { scheme } = input.dataset;
      const text = scheme ? current(name, scheme) : (chosen[name] ?? '');
      input.value = input.type === 'color' ? opaque(text) : text;
    }
    const moved = SCHEMES.flatMap((scheme) => {
      const colour = contrasts[scheme].colours[name];
      return colour && colour.chosen !== colour.shown ? [[scheme, colour.shown]] : [];
    });
    const note = row.querySelector('.moved');
    note.hidden = moved.length === 0;
    note.replaceChildren(...moved.flatMap(([scheme, shown], at) => [at ? ', ' : 'Shown ', swatch(shown), `as ${shown} in ${scheme}`]));
  }

  /** A picker knows no transparency. */
  const opaque = (text) => {
    const colour = read(text) ?? '#000000';
    if (colour.startsWith('#')) return colour;
    const figures = colour.match(/[\d.]+/g).slice(0, 3);
    return `#${figures.map((figure) => Number(figure).toString(16).padStart(2, '0')).join('')}`;
  };

  function swatch(colour) {
    const made = document.createElement('i');
    made.style.background = colour;
    return made;
  }

  function showPairs() {
    const lines = contrasts.light.pairs.map((light, at) => {
      const line = document.createElement('tr');
      const head = cell(`${light.colour} on ${light.on}`);
      head.scope = 'row';
      line.append(head, cell(`${light.least}:1`, 'td'));
      for (const scheme of SCHEMES) line.append(measured(scheme, contrasts[scheme].pairs[at]));
      return line;
    });
    find('pairs').replaceChildren(...lines);
    const fails = (pair) => pair.contrast.chosen < pair.least;
    const count = SCHEMES.flatMap((scheme) => contrasts[scheme].pairs).filter(fails).length;
    find('verdict').textContent = count
      ? `${count} ${count === 1 ? 'pair' : 'pairs'} as chosen could not be read or seen; the widget shows other colours for them.`
      : 'Every pair can be read and seen as chosen.';
  }

  function cell(text, name = 'th') {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function measured(scheme, { colour, on, least, contrast }) {
    const made = document.createElement('td');
    const sample = document.createElement('span');
    sample.className = 'sample';
    sample.ariaHidden = 'true';
    sample.textContent = 'Aa';
    sample.style.color = contrasts[scheme].colours[colour].shown;
    sample.style.background = contrasts[scheme].colours[on].shown;
    made.append(sample);
    // Rounded down: 4.49 is no 4.5.
    const figure = (ratio) => (Math.floor(ratio * 100) / 100).toFixed(2);
    if (contrast.chosen < least) {
      const was = cell(figure(contrast.chosen), 'span');
      was.className = 'was';
      made.append(was, ' → ');
    }
    const is = cell(figure(contrast.shown), 'span');
    is.className = 'is';
    made.append(is);
    return made;
  }

  function showTexts() {
    const { theme, themeTokens } = look();
    const url = new URL(WIDGET);
    url.searchParams.set('origin', location.origin);
    url.searchParams.set('theme', theme);
    if (Object.keys(chosen).length) url.searchParams.set('theme_tokens', JSON.stringify(tokens()));
    find('url').textContent = url.href;
    find('options').textContent = JSON.stringify({ theme, themeTokens }, null, 2).replace(/^(\s*)"(\w+)":/gm, '$1$2:');
    find('clients').textContent = `"theme": ${JSON.stringify(tokens(), null, 2)}`;
  }

  // A reload, and whoever is sent the address, has the same theme.
  function keep() {
    history.replaceState(null, '', `#${new URLSearchParams({ tokens: JSON.stringify(chosen), ...Object.fromEntries(['scheme', 'size', 'begin'].map((name) => [name, picked(name)])) })}`);
  }

  function recall() {
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const name of ['scheme', 'size', 'begin']) {
      const input = [...document.querySelectorAll(`[name=${name}]`)].find((input) => input.value === kept.get(name));
      if (input) input.checked = true;
    }
    document.querySelector('.stage').dataset.size = picked('size');
    try {
      for (const [name, value] of Object.entries(JSON.parse(kept.get('tokens') ?? '{}'))) {
        if (name in PLAIN && typeof value === 'string') chosen[name] = value;
        if (name in WHAT && SCHEMES.every((scheme) => isColour(String(value?.[scheme])))) chosen[name] = { light: value.light, dark: value.dark };
      }
    } catch {
      // Not written by this page.
    }
  }

  recall();
  begin();
}
