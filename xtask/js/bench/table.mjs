// Many visits as one table: medians, ours beside the peer's, and what is to be met.

const ROWS = [
  ['bytes before the field', 'bytesToField'],
  ['bytes after the field', 'bytesLater'],
  ['requests before the field', 'requestsToField'],
  ['  that wait for one another', 'tripsToField'],
  ['requests before the rows', 'requestsToRows'],
  ['  that wait for one another', 'tripsToRows'],
  ['field, ms', 'field'],
  ['rows, ms', 'rows'],
  ['frames from field to rows', 'framesBetween'],
  ['long tasks before the rows', 'longTasks'],
  ['  together, ms', 'longMillis'],
  ['frames from input to its rows', 'framesTyped'],
  ['  ms', 'millisTyped'],
];

/** Where the time to the field goes. The wasm is compiled while it comes: what is left after its last byte is counted. */
const STEPS = [
  ['before the wasm is asked for', 'wasmAsked'],
  ['while it comes', 'wasmCame'],
  ['compiling what is left', 'wasmCompiled'],
  ['starting', 'field'],
];

/** The field comes within this part of the peer's time. */
const FIELD = 1 / 3;
/** And the rows so many frames later. */
const FRAMES = 1;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {Record<string, number>[]} visits */
export function medians(visits) {
  return Object.fromEntries(Object.keys(visits[0]).map((name) => [name, median(visits.map((visit) => visit[name]))]));
}

export function print(title, [ours, peer], names) {
  const cells = (...cells) => cells.map((cell) => cell.padStart(12)).join('');
  console.log(`\n${title.padEnd(40)}${cells(...names, ...(peer ? ['ratio'] : []))}`);
  for (const [label, name] of ROWS) {
    const numbers = [ours, peer].filter(Boolean).map((subject) => shown(subject[name]));
    if (peer) numbers.push(peer[name] > 0 ? (ours[name] / peer[name]).toFixed(2) : '');
    console.log(`  ${label.padEnd(38)}${cells(...numbers)}`);
  }
  const moments = STEPS.map(([, name]) => ours[name]);
  const share = (at) => Math.round((100 * (moments[at] - (moments[at - 1] ?? 0))) / ours.field);
  console.log(`  The time to our field: ${STEPS.map(([label], at) => `${share(at)} % ${label}`).join(', ')}`);
}

export function judge([ours, peer]) {
  const met = (is) => (is ? 'met' : 'NOT met');
  if (peer) {
    const ratio = ours.field / peer.field;
    console.log(`  Field within ${FIELD.toFixed(2)} of the peer's time: ${met(ratio <= FIELD)} (${ratio.toFixed(2)})`);
  }
  console.log(`  Rows at most ${FRAMES} frame after the field: ${met(ours.framesBetween <= FRAMES)} (${ours.framesBetween})`);
}

function shown(number) {
  return Number.isFinite(number) ? Math.round(number).toLocaleString('en') : 'never';
}
