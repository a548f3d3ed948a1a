// The real server, started for a test and ended by its handle.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './ports';

const root = resolve(import.meta.dirname, '../../..');
export const binary = resolve(root, process.env.CONNECT_SERVER ?? 'target/debug/connect-server');
export const dist = resolve(root, process.env.DIST ?? 'dist');

/** A first start imports the catalogue; in a debug build on a busy machine that takes a while. */
export const START_LIMIT = 60_000;

/** All tests are one address, and often one user. What a single connection meets stays as it is. */
const LIMITS = 'all=off,answers-per-question=5,syncs-per-user=10';

export class ConnectServer {
  private child: ChildProcess | undefined;
  private log = '';
  private readonly directory = mkdtempSync(join(tmpdir(), 'connect-e2e-'));

  private constructor(
    private readonly port: number,
    private readonly demoPort: number,
    private readonly extra: string[],
  ) {}

  static async start(...extra: string[]): Promise<ConnectServer> {
    return ConnectServer.startAt(async () => extra);
  }

  /** With options that depend on its origin; they may be asked for again, at another one. */
  static async startAt(options: (origin: string) => Promise<string[]>): Promise<ConnectServer> {
    for (;;) {
      const [port, demoPort] = [await freePort(), await freePort()];
      if (port === demoPort) continue;
      const server = new ConnectServer(port, demoPort, await options(`http://127.0.0.1:${port}`));
      try {
        await server.up();
        return server;
      } catch (failure) {
        await server.end();
        // Somebody else took the port while the catalogue was imported.
        if (!/is taken/.test(String(failure))) throw failure;
      }
    }
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** On the same ports, with the same database. */
  async up(): Promise<void> {
    const child = spawn(
      binary,
      [
        '--sandbox',
        ...['--sandbox-step-ms', '40'],
        ...['--limit', LIMITS],
        ...['--listen', `127.0.0.1:${this.port}`],
        ...['--demo-listen', `127.0.0.1:${this.demoPort}`],
        ...['--dist', dist],
        ...['--database', join(this.directory, 'connect.db')],
        ...this.extra,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
    );
    this.child = child;
    this.log = '';
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new Error(`${binary}: ${error.message}`)));
      child.once('exit', (code) => reject(new Error(`${binary} ended with ${code}\n${this.log}`)));
    });
    const late = AbortSignal.timeout(START_LIMIT);
    const listens = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          this.log += chunk;
          if (this.log.includes(`listening on ${this.origin}`)) resolve();
        });
      }
      late.addEventListener('abort', () => reject(new Error(`${binary} does not listen\n${this.log}`)));
    });
    // Whichever comes second, nobody waits for any more.
    for (const promise of [failed, listens]) promise.catch(() => {});
    await Promise.race([failed, listens]);
  }

  async down(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    await this.down();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** What a client's own server does. */
  async token(options: Record<string, unknown> = {}): Promise<string> {
    const response = await fetch(`${this.origin}/v1/tokens`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ user_id: 'e2e', ...options }),
    });
    if (!response.ok) throw new Error(`POST /v1/tokens: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }
}
