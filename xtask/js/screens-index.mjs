// One page to look through all pictures of a folder: a row for each state, a column for each place, a language at a time.
import { readdir } from 'node:fs/promises';
import { PLACES } from './gallery-places.mjs';

/** `NAME.PLACE.LANGUAGE.png`; a place has a point in its name. */
const FILE = /^(?<name>.+?)\.(?<place>[^.]+\.[^.]+)\.(?<language>[^.]+)\.png$/;

export async function index(folder) {
  const files = (await readdir(folder)).map((file) => FILE.exec(file)?.groups).filter(Boolean);
  const among = (key) => [...new Set(files.map((file) => file[key]))];
  const [names, languages] = [among('name'), among('language').sort()];
  const places = Object.keys(PLACES);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Screens</title>
<style>
  body { margin: 0; font: 14px system-ui; background: #e7eaee; color: #141a24 }
  form { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 16px; padding: 12px; background: #fff; border-bottom: 1px solid #c5ccd4 }
  section { padding: 12px; overflow-x: auto; content-visibility: auto; contain-intrinsic-size: auto 480px }
  h2 { margin: 0 0 8px; font-size: 15px }
  div { display: flex; gap: 12px; align-items: start }
  figure { margin: 0 } figcaption { color: #5a6675 }
  img { height: 420px; background: #9aa5b1 }
  [hidden] { display: none }
</style>
<form>
  <label>Language <select name="language">${languages.map((tag) => `<option>${tag}</option>`).join('')}</select></label>
  ${places.map((place) => `<label><input type="checkbox" name="place" value="${place}" checked> ${place}</label>`).join('\n  ')}
</form>
${names.map((name) => `<section id="${name}"><h2>${name}</h2><div>${places.map((place) => `<figure data-place="${place}"><img alt="${name}" loading="lazy" data-file="${name}.${place}"><figcaption>${place}</figcaption></figure>`).join('')}</div></section>`).join('\n')}
<script>
  const form = document.forms[0];
  const show = () => {
    const chosen = new FormData(form);
    for (const image of document.images) image.src = image.dataset.file + '.' + chosen.get('language') + '.png';
    for (const figure of document.querySelectorAll('figure')) figure.hidden = !chosen.getAll('place').includes(figure.dataset.place);
  };
  form.onchange = show;
  show();
</script>
</html>
`;
}
