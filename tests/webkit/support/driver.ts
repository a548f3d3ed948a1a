// WebDriver over HTTP, as the standard has it (https://www.w3.org/TR/webdriver2/), for the one browser that Playwright cannot drive.
import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '../../e2e/support/ports';

const START_LIMIT = 20_000;
/** How the standard marks a reference to an element, and to a frame's window. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export type Element = { [ELEMENT]: string };

/** A display of its own and the driver's program; one browser at a time. */
export class Driver {
  private constructor(
    private readonly display: ChildProcess,
    private readonly program: ChildProcess,
    private readonly origin: string,
  ) {}

  static async start(): Promise<Driver> {
    const { display, name } = await anyDisplay();
    const port = await freePort();
    const program = spawn(needed('WEBKIT_DRIVER'), [`--port=${port}`], { stdio: 'ignore', env: { ...process.env, DISPLAY: name } });
    const driver = new Driver(display, program, `http://127.0.0.1:${port}`);
    await driver.answers();
    return driver;
  }

  async browser(): Promise<Browser> {
    const options = { binary: needed('MINI_BROWSER'), args: ['--automation'] };
    const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
    const { sessionId } = await ask('POST', `${this.origin}/session`, { capabilities });
    return new Browser(`${this.origin}/session/${sessionId}`);
  }

  async end(): Promise<void> {
    for (const child of [this.program, this.display]) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.kill()) await ended;
    }
  }

  private async answers(): Promise<void> {
    const late = Date.now() + START_LIMIT;
    for (;;) {
      try {
        await ask('GET', `${this.origin}/status`);
        return;
      } catch (error) {
        if (Date.now() > late) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

/** One browser, in the window and the frame that were gone into last. */
export class Browser {
  constructor(private readonly session: string) {}

  go(url: string): Promise<void> {
    return this.post('url', { url });
  }

  /** Runs in the page; what is given and what comes back is plain data, or elements. */
  run<Given extends unknown[], Gives>(script: (...given: Given) => Gives, ...args: Given): Promise<Awaited<Gives>> {
    return this.post('execute/sync', { script: `return (${script}).apply(null, arguments)`, args });
  }

  async click(element: Element): Promise<void> {
    await this.post(`element/${element[ELEMENT]}/click`, {});
  }

  async clear(element: Element): Promise<void> {
    await this.post(`element/${element[ELEMENT]}/clear`, {});
  }

  /** Keys to whatever has the focus, as from a keyboard. */
  async press(...keys: string[]): Promise<void> {
    const actions = keys.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    await this.post('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** `null` is the page itself. */
  async frame(element: Element | null): Promise<void> {
    await this.post('frame', { id: element });
  }

  windows(): Promise<string[]> {
    return ask('GET', `${this.session}/window/handles`);
  }

  window(): Promise<string> {
    return ask('GET', `${this.session}/window`);
  }

  async into(handle: string): Promise<void> {
    await this.post('window', { handle });
  }

  /** Closes the window it is in. */
  async close(): Promise<void> {
    await ask('DELETE', `${this.session}/window`);
  }

  async end(): Promise<void> {
    await ask('DELETE', this.session);
  }

  private post(command: string, body: object): Promise<any> {
    return ask('POST', `${this.session}/${command}`, body);
  }
}

export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

async function ask(method: string, url: string, body?: object): Promise<any> {
  const response = await fetch(url, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  const { value } = (await response.json()) as { value: any };
  if (!response.ok) throw new Refused(value.error, value.message);
  return value;
}

/** The X server chooses a number that is free, and tells it. */
async function anyDisplay(): Promise<{ display: ChildProcess; name: string }> {
  const display = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    display.once('error', reject);
    display.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    display.stdio[3]!.once('data', (told) => resolve(String(told).trim()));
  });
  return { display, name: `:${number}` };
}

function needed(name: string): string {
  const path = process.env[name];
  if (!path) throw new Error(`${name} is not set: cargo xtask test webkit finds what it needs`);
  return path;
}
