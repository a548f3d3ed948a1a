// The table of tests/conformance: systems × ways, made of the annotations in the report of a run.
import { readFileSync } from 'node:fs';

const SYSTEMS = ['Wealthica', 'MoneyKit', 'Flinks', 'Meld', 'UCW v1', 'UCW v2'];
const WAYS = ['success', 'user closes', 'bank error', 'OAuth allow', 'OAuth deny', 'MFA', 'reconnect'];
/** What the last way is called where it is named. */
const HEADS = { reconnect: 'reconnect/relink/refresh' };

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const cells = new Map();
const reasons = [];
const strays = [];

const all = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(all)];
for (const spec of report.suites.flatMap(all)) {
  for (const { annotations, results } of spec.tests) {
    const passed = spec.ok && results.at(-1)?.status === 'passed';
    for (const { type, description } of annotations) {
      const [system, way, reason] = description?.split(' · ') ?? [];
      if (type !== 'cell' && type !== 'no cell') continue;
      if (!SYSTEMS.includes(system) || !WAYS.includes(way)) strays.push(`${description} (${spec.title})`);
      put(`${system} · ${way}`, passed, type === 'cell' ? '✓' : '–');
      if (type === 'no cell') reasons.push(`– ${system}, ${HEADS[way] ?? way}: ${reason}`);
    }
  }
}

/** ✗ as soon as one of its tests fails. */
function put(cell, passed, mark) {
  const tests = cells.get(cell) ?? { passed: 0, all: 0, mark };
  cells.set(cell, { passed: tests.passed + (passed ? 1 : 0), all: tests.all + 1, mark: tests.mark === '✓' ? '✓' : mark });
}

const markOf = (system, way) => {
  const tests = cells.get(`${system} · ${way}`);
  if (!tests) return 'missing';
  if (tests.passed < tests.all) return `✗ ${tests.passed}/${tests.all}`;
  return tests.all > 1 && tests.mark === '✓' ? `✓ ${tests.all}` : tests.mark;
};

const rows = [['', ...WAYS.map((way) => HEADS[way] ?? way)], ...SYSTEMS.map((system) => [system, ...WAYS.map((way) => markOf(system, way))])];
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
console.log();
for (const row of rows) console.log(row.map((text, column) => text.padEnd(widths[column])).join('   ').trimEnd());
console.log('\n✓ 3: three tests, all passed.');
for (const line of reasons) console.log(line);
for (const line of strays) console.log(`No such cell: ${line}`);
const bad = rows.slice(1).flat().filter((text) => text === 'missing' || text.startsWith('✗'));
process.exitCode = bad.length + strays.length ? 1 : 0;
