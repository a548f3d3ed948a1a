// The languages of the built page: a file of lines for each that the program does not carry, and where the first script
// finds them. build.rs gives the texts their places in the same order: by path.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'languages';
const ENGLISH = 'en';
/** What a built file holds, in this order. */
const PARTS = ['page', 'first', 'later'];

/** @param {string} dist @param {boolean} withPseudo Also a language that nobody speaks, to see what others do to the screens. */
export async function writeWords(dist, withPseudo) {
  const languages = await read(withPseudo);
  const places = new Map(paths(languages[ENGLISH]).map(([path], at) => [path, at + 1]));
  const files = {};
  for (const [tag, language] of Object.entries(languages)) {
    if (tag === ENGLISH) continue;
    const lines = [language.direction, ...paths(language).map(([, text]) => text)].join('\n');
    const hash = createHash('sha256').update(lines).digest('hex').slice(0, 8);
    files[tag.toLowerCase()] = `/connect-words-${tag}-${hash}.txt`;
    await writeFile(join(dist, files[tag.toLowerCase()]), lines);
  }
  const page = join(dist, 'index.html');
  const html = await readFile(page, 'utf8');
  await writeFile(page, withPlaces(html, languages[ENGLISH], places).replace(/["'`]connect-words["'`]/, JSON.stringify(files)));
}

/** The texts of a language, by their paths, in the order of their places. */
function paths(language) {
  return PARTS.flatMap((part) => flat(part, language[part]).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function flat(path, value) {
  if (typeof value === 'string') return [[path, value]];
  if ('other' in value) return [[path, Object.keys(value).sort().map((category) => `${category}=${value[category]}`).join('\t')]];
  return Object.entries(value).flatMap(([name, inner]) => flat(`${path}.${name}`, inner));
}

/** The page's own elements with words are named in English, where somebody reads index.html; the built page has their places. */
function withPlaces(html, english, places) {
  const found = new Set();
  const placed = html.replace(/data-word="?(\w+)"?([^>]*)>([^<]*)</g, (whole, name, more, words) => {
    if (english.page[name] !== words.trim()) throw new Error(`index.html says "${words}"; languages/en.json has for page.${name} "${english.page[name]}"`);
    found.add(name);
    return `data-word=${places.get(`page.${name}`)}${more}>${words}<`;
  });
  const unused = Object.keys(english.page).filter((name) => !found.has(name));
  if (unused.length) throw new Error(`languages/en.json: nothing in index.html uses page.${unused.join(', page.')}`);
  return placed;
}

async function read(withPseudo) {
  const languages = {};
  for (const file of (await readdir(FOLDER)).sort()) {
    if (file.endsWith('.json')) languages[file.slice(0, -5)] = JSON.parse(await readFile(join(FOLDER, file), 'utf8'));
  }
  if (withPseudo) languages['ar-XB'] = { ...mirrored(languages[ENGLISH]), direction: 'rtl' };
  return languages;
}

/** Written from right to left, and 40 % longer. Names keep their places. */
function mirrored(value) {
  if (typeof value !== 'string') return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mirrored(inner)]));
  const longer = value.replace(/[aeiou](?=[a-z])/g, (vowel) => vowel + vowel);
  const missing = Math.ceil(value.length * 1.4) - longer.length;
  // A letter from right to left at both ends, and the whole kept so.
  return `\u202e${longer}${' ~'.repeat(Math.max(0, Math.ceil(missing / 2)))}\u202c`;
}
