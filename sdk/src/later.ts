/** later.mjs: what connect.js needs only once something is open. The module has it from the start. */
export { converse } from './conversation';
export { warm } from './preload';
