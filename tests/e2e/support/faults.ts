// The server's fault layer, for the requests of one user.
export interface Rule {
  method: string;
  /** `*` stands for one segment. */
  path: string;
  fault: string;
  /** How often; until it is cleared, where it is absent. */
  times?: number;
}

export class Faults {
  constructor(
    private readonly origin: string,
    private readonly user: string,
  ) {}

  async arm(...rules: Rule[]): Promise<void> {
    await this.ask('PUT', { user_id: this.user, rules });
  }

  async clear(): Promise<void> {
    await this.ask('DELETE');
  }

  /** How often a rule has struck by now. */
  async struck(): Promise<number> {
    const { rules } = (await (await this.ask('GET')).json()) as { rules: { struck: number }[] };
    return rules.reduce((sum, rule) => sum + rule.struck, 0);
  }

  private async ask(method: string, body?: object): Promise<Response> {
    const query = body ? '' : `?user_id=${encodeURIComponent(this.user)}`;
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.origin}/sandbox/faults${query}`, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} /sandbox/faults: ${response.status} ${await response.text()}`);
    return response;
  }
}
