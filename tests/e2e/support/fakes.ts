// The stand-ins for aggregators' servers, behind a door that a test can shut: what is asked then waits, or breaks off.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './ports';

const root = resolve(import.meta.dirname, '../../..');
const binary = resolve(root, process.env.CONNECT_FAKES ?? 'target/debug/connect-fakes');
const key = resolve(root, 'tests/fakes/keys/enable_banking.pem');
const APPLICATION = 'cf589be3-3755-465b-a8df-a90a16a31403';
const START_LIMIT = 20_000;

/** A token is pasted for it. */
export const TOKEN_BANK = 'Token Bank';
/** It is logged in to at its own page. */
export const PAGE_BANK = 'Page Bank';

export class Fakes {
  private readonly directory = mkdtempSync(join(tmpdir(), 'connect-fakes-'));
  private door: Door | undefined;
  private tokens = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly inner: number,
    private readonly outer: number,
    private readonly front: Server,
  ) {
    front.on('request', (asked, answer) => this.letIn(asked, answer));
  }

  /** `server`: origin of the server that users come back to from a bank's page. */
  static async start(server: string): Promise<Fakes> {
    const front = createServer();
    const outer = await freePort();
    await new Promise<void>((resolve) => front.listen(outer, '127.0.0.1', resolve));
    const inner = await freePort();
    const back = `${server}/oauth/return/enable-banking`;
    const child = spawn(binary, [`127.0.0.1:${inner}`, '--only-bank', PAGE_BANK, back], { stdio: ['ignore', 'pipe', 'inherit'] });
    await speaks(child);
    return new Fakes(child, inner, outer, front);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.outer}`;
  }

  /** What makes a server go to them. */
  options(): string[] {
    const [file, ownKey] = [join(this.directory, 'aggregators.toml'), join(this.directory, 'key.pem')];
    copyFileSync(key, ownKey);
    // A key that others on this machine can read is refused.
    chmodSync(ownKey, 0o600);
    writeFileSync(file, `
[[aggregator]]
kind = "simplefin"
name = "${TOKEN_BANK}"
servers = []
private_servers = ["${this.origin}"]

[[aggregator]]
kind = "enable-banking"
application_id = "${APPLICATION}"
private_key_file = "${ownKey}"
base_url = "${this.origin}/enable-banking"
`);
    return ['--aggregators', file, '--aggregator-pause-ms', '20'];
  }

  /** A SimpleFIN token that can be used once; the scenario says what happens then. */
  token(scenario = 'demo'): string {
    this.tokens += 1;
    return Buffer.from(`${this.origin}/simplefin/claim/${scenario}/e2e-${this.tokens}`).toString('base64');
  }

  /** At all banks. */
  async expireConsents(): Promise<void> {
    const body = new URLSearchParams({ status: 'EXPIRED' });
    const answer = await fetch(`${this.origin}/enable-banking`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`The consents have not expired: ${answer.status}`);
  }

  /** Until it is opened, what is asked at a path with this in it waits before the door. */
  hold(path: string): Door {
    return (this.door = new Door(path, 'hold'));
  }

  /** Until it is opened, what is asked at a path with this in it gets no answer but a broken connection. */
  cut(path: string): Door {
    return (this.door = new Door(path, 'cut'));
  }

  /** Between two tests. */
  open(): void {
    this.door?.open();
    this.door = undefined;
  }

  async end(): Promise<void> {
    this.open();
    this.front.closeAllConnections();
    await new Promise((resolve) => this.front.close(resolve));
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private letIn(asked: IncomingMessage, answer: ServerResponse): void {
    const through = () => {
      // Whoever stood before the door may have gone.
      if (answer.destroyed) return;
      const { method, url, headers } = asked;
      const inside = request({ host: '127.0.0.1', port: this.inner, method, path: url, headers }, (said) => {
        answer.writeHead(said.statusCode ?? 500, said.headers);
        said.pipe(answer);
      });
      inside.on('error', () => answer.destroy());
      asked.pipe(inside);
    };
    const path = (asked.url ?? '').split('?')[0] ?? '';
    if (this.door?.isFor(path)) this.door.meet(asked, through);
    else through();
  }
}

export class Door {
  /** Somebody stands before it. */
  readonly knocked: Promise<void>;
  private isOpen = false;
  private heard = () => {};
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly path: string,
    private readonly how: 'hold' | 'cut',
  ) {
    this.knocked = new Promise((resolve) => (this.heard = resolve));
  }

  isFor(path: string): boolean {
    return !this.isOpen && path.includes(this.path);
  }

  meet(asked: IncomingMessage, through: () => void): void {
    this.heard();
    if (this.how === 'cut') asked.socket.destroy();
    else this.waiting.push(through);
  }

  open(): void {
    this.isOpen = true;
    for (const through of this.waiting.splice(0)) through();
  }
}

/** It speaks once it listens. */
async function speaks(child: ChildProcess): Promise<void> {
  const late = AbortSignal.timeout(START_LIMIT);
  const spoken = new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`${binary}: ${error.message}. It is made by: cargo build -p connect-fakes`)));
    child.once('exit', (code) => reject(new Error(`${binary} ended with ${code}`)));
    late.addEventListener('abort', () => reject(new Error(`${binary} does not speak`)));
  });
  // It ends one day, and nobody waits for that any more.
  failed.catch(() => {});
  await Promise.race([spoken, failed]);
}
