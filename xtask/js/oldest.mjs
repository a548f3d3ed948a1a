// Holds dist/ against the oldest browsers: node xtask/js/oldest.mjs [dist]
// Whatever a style sheet, a script or the program uses is looked up by its name in MDN's browser-compat-data. A name that
// stands for several features counts by the oldest of them, so that what is told here is newer for certain.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transform } from 'lightningcss';
import { OLDEST } from './browsers.mjs';
import { ENABLED, FEATURES, WASM_OPT } from './minify.mjs';

const { api, css, javascript, webassembly } = createRequire(import.meta.url)('@mdn/browser-compat-data');

/** What is used all the same, by the beginning of its name, and why the oldest browsers can do without. */
const SPARED = {
  ':has()': 'Firefox before 121: marks of what is chosen or under way, which words say as well',
  ancestorOrigins: 'Firefox: the page around is known by the referrer, and what is asked too early is asked for nothing',
  ariaLabel: 'Firefox before 119: the frame in the window has the same title',
  'forced-color-adjust': 'Safari has no forced colours',
  dispose: 'of Symbol, only where there is one',
  'scrollbar-': 'only nicer',
  'text-wrap': 'only nicer',
};

/** Our own names, which stand for something else in the data. */
const OWN = new Set(['canGoBack', 'destroy', 'detached', 'provider', 'reconnect', 'respond', 'session', 'token']);

/** A feature's name → what the data know of everything that is called so. */
function index(...roots) {
  const found = new Map();
  const enter = (node) => {
    for (const [key, child] of Object.entries(node)) {
      if (key === '__compat' || typeof child !== 'object') continue;
      const name = key.replace(/_(static|event|permission)$/, '');
      if (child.__compat) found.set(name, [...(found.get(name) ?? []), child.__compat]);
      enter(child);
    }
  };
  roots.forEach(enter);
  return found;
}

const SCRIPT = index(api, javascript.builtins);
const FUNCTIONS = index(css.types);

/** Which of the oldest browsers do not have it; none, where nothing is known of it. */
function missing(compats) {
  if (compats.length === 0) return [];
  return Object.entries(OLDEST)
    .filter(([browser, version]) => !compats.some((compat) => has(compat.support[browser], version)))
    .map(([browser]) => browser);
}

function has(support, version) {
  return [support ?? []].flat().some(
    ({ version_added: added, version_removed: removed, flags }) =>
      added && added !== 'preview' && !flags && !newer(added.replace('≤', ''), version) && !(removed && !newer(removed, version)),
  );
}

const newer = (one, other) => one.localeCompare(other, 'en', { numeric: true }) > 0;

/** Names → who lacks them. */
function lacking(pairs) {
  return new Map(pairs.map(([name, compats]) => [name, missing(compats)]).filter(([, browsers]) => browsers.length > 0));
}

/** What stands in `@supports` is asked for before it is used. */
export function ofStyles(code) {
  const plain = transform({ filename: 'x.css', code: Buffer.from(code), minify: true, visitor: { Rule: { supports: () => [] } } }).code.toString();
  const all = (pattern) => [...new Set([...plain.replace(/"[^"]*"/g, '""').matchAll(pattern)].map((match) => match.slice(1).join('\n')))];
  const declarations = all(/[{;]([a-z0-9-]+):([^;{}]*)/g).map((pair) => pair.split('\n'));
  return lacking([
    ...declarations.flatMap(([property, value]) => {
      const known = css.properties[property];
      const words = value.split(/[^a-z-]+/).filter((word) => known?.[word]?.__compat);
      return [[property, property.startsWith('-') ? [] : compatOf(known)], ...words.map((word) => [`${property}: ${word}`, [known[word].__compat]])];
    }),
    ...declarations.flatMap(([, value]) => [...value.matchAll(/([a-z-]+)\(/g)].map(([, name]) => [`${name}()`, FUNCTIONS.get(name) ?? []])),
    ...all(/([a-z]+)\(from /g).map((name) => [`${name}(from …)`, [css.types.color[name].relative_syntax.__compat]]),
    ...all(/::?([a-z-]+)(?=\()/g).map((name) => [`:${name}()`, selector(name)]),
    ...all(/::?([a-z-]+)(?=[{,>+~ :.[)])/g).map((name) => [`:${name}`, selector(name)]),
    ...all(/@([a-z-]+)/g).map((name) => [`@${name}`, compatOf(css['at-rules'][name])]),
    ...all(/\(([a-z-]+):/g).map((name) => [`@media (${name})`, compatOf(css['at-rules'].media[name])]),
    ...all(/\d([a-z]+)[;) ,}]/g).map((unit) => [unit, compatOf(css.types.length[unit])]),
  ]);
}

const selector = (name) => compatOf(css.selectors[name]);
const compatOf = (node) => (node?.__compat ? [node.__compat] : []);

/** Names of members, and of what is not declared in the script itself. */
export function ofScript(code, sourceType = 'module') {
  const names = new Set();
  const declared = new Set();
  full(parse(code, { ecmaVersion: 2022, sourceType }), (node) => {
    if (node.type === 'MemberExpression' && !node.computed) names.add(node.property.name);
    if (node.type === 'Identifier') names.add(node.name);
    if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') declared.add(node.id?.name);
  });
  // One letter is the minifier's.
  return lacking([...names].filter((name) => name.length > 1 && !declared.has(name) && !OWN.has(name)).map((name) => [name, SCRIPT.get(name) ?? []]));
}

const WASM = {
  'bulk-memory': 'bulk-memory-operations',
  multivalue: 'multi-value',
  'mutable-globals': undefined,
  'nontrapping-float-to-int': 'non-trapping-float-to-int-conversions',
  'reference-types': 'reference-types',
  'sign-ext': 'sign-extension-operations',
};

/** The program is read with these features and no others, or not at all. */
export function ofProgram(path) {
  execFileSync(WASM_OPT, [path, '--quiet', '--mvp-features', ...ENABLED, '-o', '/dev/null'], { stdio: 'pipe' });
  return lacking(FEATURES.map((name) => [`wasm: ${name}`, WASM[name] ? [webassembly[WASM[name]].__compat] : []]));
}

/** The style sheet that the later part of the program has in a section of its own. */
const stylesOf = (path) => WebAssembly.Module.customSections(new WebAssembly.Module(readFileSync(path)), 'css').map((css) => Buffer.from(css).toString());

function check(dist) {
  const read = (name) => readFileSync(join(dist, name), 'utf8');
  const html = read('index.html');
  const inline = (tag) => [...html.matchAll(new RegExp(`<${tag}\\b[^>]*>([^]*?)</${tag}>`, 'g'))].map((match) => match[1]);
  const found = [...inline('style').map(ofStyles), ...inline('script').map((code) => ofScript(code))];
  for (const name of readdirSync(dist)) {
    if (/\.m?js$/.test(name)) found.push(ofScript(read(name)));
    if (/\.wasm$/.test(name)) found.push(ofProgram(join(dist, name)), ...stylesOf(join(dist, name)).map(ofStyles));
  }
  const used = new Map(found.flatMap((each) => [...each]));
  const oldest = Object.entries(OLDEST).map((pair) => pair.join(' ')).join(', ');
  const spared = Object.keys(SPARED);
  const wrong = [...used]
    .filter(([name]) => !spared.some((start) => name.startsWith(start)))
    .map(([name, browsers]) => `${name} is not in ${browsers.map((browser) => `${browser} ${OLDEST[browser]}`).join(', ')}`);
  const idle = spared.filter((start) => ![...used.keys()].some((name) => name.startsWith(start))).map((start) => `${start} is spared, and nothing uses it`);
  for (const line of [...wrong, ...idle]) console.log(`  ${line}`);
  console.log(wrong.length + idle.length ? 'The oldest browsers cannot do with that.' : `  ✓ nothing in dist is newer than ${oldest}, but what they can do without`);
  return wrong.length + idle.length === 0;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = check(resolve(process.argv[2] ?? 'dist')) ? 0 : 1;
}
