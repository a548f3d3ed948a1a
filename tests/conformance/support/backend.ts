// The client's own server: what it asks of ours, with its id and its secret.
import { createHash } from 'node:crypto';
import type { ConnectServer } from '../../e2e/support/connect-server';

const CLIENT = 'demo';
const SECRET = 'demo-secret';

export class Backend {
  /** What must be in no message: every token that a user was given. */
  readonly secrets: string[] = [SECRET];
  /** Every test has a user of its own. */
  readonly user = `user-${crypto.randomUUID()}`;

  constructor(private readonly server: ConnectServer) {}

  /** The connection whose login no longer works: every user of the sandbox has one, as soon as there is a user. */
  async broken(): Promise<string> {
    await this.token();
    return `reconnect-${createHash('sha256').update(`${CLIENT}\n${this.user}`).digest('hex').slice(0, 24)}`;
  }

  async token(options: Record<string, unknown> = {}): Promise<string> {
    const { token } = await this.ask('POST', '/v1/tokens', { user_id: this.user, ...options });
    return this.secret(token);
  }

  /** The answer of a call that must succeed. */
  async ask(method: string, path: string, body?: object): Promise<any> {
    const response = await this.send(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  send(method: string, path: string, body?: object): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    return fetch(this.server.origin + path, { method, headers, body: body && JSON.stringify(body) });
  }

  /** The same with a secret alone, as the Universal Connect Widget's servers ask. */
  async bearer(path: string): Promise<any> {
    const response = await fetch(this.server.origin + path, { headers: { authorization: `Bearer ${SECRET}` } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  secret(token: string): string {
    this.secrets.push(token);
    return token;
  }
}
