// Takes out of a program what runs only to word a panic. Nobody reads those words in a browser: the page's first script
// shows the same page for every trap, and nothing of it is told to anybody. So each such function becomes the trap in which
// it ends, and what only its words needed goes with it; the places in source files that they name, with the folders of
// whoever built it, are blanked.
import binaryen from 'binaryen';

/** Functions that a program reaches only on its way to a panic, and `Debug`, which only panics write. */
const PANICS = [
  /^core::panicking::/,
  /^core::option::(unwrap|expect)_failed/,
  /^core::result::unwrap_failed/,
  /^core::slice::.*(_fail|fail_rt|len_mismatch)/,
  /^core::str::slice_error_fail/,
  /^core::cell::panic_already/,
  /^core::cell::lazy/,
  /^alloc::raw_vec::(handle_error|capacity_overflow)/,
  /^alloc::alloc::handle_alloc_error/,
  // The counter of panics is asked by every lock.
  /^std::panicking::(?!panic_count)/,
  /^std::alloc::/,
  /^std::thread::local::panic/,
  /rust_begin_unwind|rust_panic|rust_oom|__rust_alloc_error_handler/,
  // Not `__rust_begin_short_backtrace`, which calls `main`.
  /^std::sys::backtrace::__rust_end/,
  /( as core::fmt|::fmt::|core::fmt)::Debug>?::fmt/,
  /core::fmt::builders::/,
  /::assert_failed/,
  /borrow_fail/,
  /panic_getting/,
  /PanicPayload/,
  /Fallibility/,
];

/** What crates export to JavaScript that no JavaScript of ours calls. */
const UNUSED_EXPORTS = /intounderlying/;

/**
 * @param {Uint8Array} program With its names.
 * @returns {{program: Uint8Array, functions: number}} The program, and how many of its functions are traps now.
 */
export function snip(program) {
  const module = binaryen.readBinary(program);
  let functions = 0;
  for (let at = 0; at < module.getNumFunctions(); at += 1) {
    const reference = module.getFunctionByIndex(at);
    const { name, module: imported } = binaryen.getFunctionInfo(reference);
    const path = readable(name);
    if (imported || !PANICS.some((panic) => panic.test(path))) continue;
    binaryen.Function.setBody(reference, module.unreachable());
    functions += 1;
  }
  const exports = Array.from({ length: module.getNumExports() }, (_, at) => module.getExportByIndex(at));
  const names = exports.map((reference) => binaryen.getExportInfo(reference).name);
  for (const name of names) if (UNUSED_EXPORTS.test(name)) module.removeExport(name);
  binaryen.setDebugInfo(true);
  const emitted = module.emitBinary();
  module.dispose();
  return { program: emitted, functions };
}

/** `core::panicking::panic`, of whichever way to write a name: the compiler has two, and tools read them to us or not. */
export function readable(name) {
  if (!/^_(R|ZN)/.test(name)) return name.replaceAll(/\[[0-9a-f]+\]/g, '');
  const parts = [];
  for (let at = 2; at < name.length; ) {
    const rest = name.slice(at);
    const skipped = name.startsWith('_R') ? rest.match(/^[sB][0-9A-Za-z]*_/) : null;
    const counted = rest.match(/^(\d+)_?/);
    if (skipped) {
      at += skipped[0].length;
    } else if (counted) {
      const begin = at + (name.startsWith('_R') ? counted[0].length : counted[1].length);
      parts.push(name.slice(begin, begin + Number(counted[1])));
      at = begin + Number(counted[1]);
    } else {
      at += 1;
    }
  }
  const dollars = { $LT$: '<', $GT$: '>', $RF$: '&', $u20$: ' ', '..': '::' };
  return parts.join('::').replaceAll(/\$LT\$|\$GT\$|\$RF\$|\$u20\$|\.\./g, (code) => dollars[code]);
}

/**
 * Blanks the places of panics in programs that share a memory: `{path, its length, line, column}`, and the paths.
 * @param {Uint8Array[]} programs Changed in place.
 * @returns {number} How many places there were.
 */
export function blankPlaces(programs) {
  const memory = programs.flatMap((program) => segments(program));
  const textAt = (address, length) => {
    const segment = memory.find(({ offset, bytes }) => address >= offset && address + length <= offset + bytes.length);
    return segment?.bytes.subarray(address - segment.offset, address - segment.offset + length);
  };
  const paths = new Map();
  let places = 0;
  for (const { offset, bytes } of memory) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = (4 - (offset % 4)) % 4; at + 16 <= bytes.length; at += 4) {
      const [address, length, line, column] = [0, 4, 8, 12].map((field) => view.getUint32(at + field, true));
      if (length < 4 || length > 300 || line < 1 || line > 99_999 || column < 1 || column > 999) continue;
      const path = textAt(address, length);
      if (!path || !/^[\x21-\x7e]+\.rs$/.test(Buffer.from(path).toString('latin1'))) continue;
      paths.set(address, path);
      bytes.fill(0, at, at + 16);
      places += 1;
    }
  }
  for (const path of paths.values()) path.fill(0);
  return places;
}

/** The data of a program, as views into its bytes, with their addresses in memory. */
function segments(program) {
  const module = binaryen.readBinary(program);
  const found = [];
  for (let at = 0; at < module.getNumDataSegments(); at += 1) {
    const { offset, data, passive } = module.getDataSegmentInfo(module.getDataSegmentByIndex(at));
    if (passive || !data.byteLength) continue;
    const begin = Buffer.from(program.buffer, program.byteOffset, program.length).indexOf(Buffer.from(data));
    if (begin < 0) throw new Error(`The data at ${offset} is not found in the program.`);
    found.push({ offset, bytes: program.subarray(begin, begin + data.byteLength) });
  }
  module.dispose();
  return found;
}
