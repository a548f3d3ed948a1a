// Free ports from a range of our own, so that a server can come back on the port it had.
import { createServer } from 'node:net';

const FIRST = 9300;
const PER_WORKER = 25;
let next = 0;

export async function freePort(): Promise<number> {
  const base = FIRST + (Number(process.env.TEST_PARALLEL_INDEX ?? 0) % 4) * PER_WORKER;
  for (let tries = 0; tries < PER_WORKER; tries++) {
    const port = base + (next++ % PER_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${base}`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
