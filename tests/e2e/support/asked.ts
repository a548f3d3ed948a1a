// What a widget's page asks the API, when, and what keeps it waiting.
import type { BrowserContext, Page, Request, Route } from '@playwright/test';

export const PROGRAM = '**/*_bg.wasm';
export const SESSION = /\/v1\/session/;
export const BANKS = /\/v1\/providers\?/;

/** What the program asks first. */
export const BOTH = ['/v1/providers', '/v1/session'];

/** What the API is asked, in order. */
export function asked(context: BrowserContext): Request[] {
  const requests: Request[] = [];
  context.on('request', (request) => {
    if (/\/v1\//.test(request.url()) && request.method() !== 'OPTIONS') requests.push(request);
  });
  return requests;
}

export const paths = (requests: Request[]) => requests.map((request) => new URL(request.url()).pathname).sort();

/** What comes from these addresses waits; the answer to the first lets it come. */
export async function hold(page: Page, address: string | RegExp): Promise<() => void> {
  let go = () => {};
  const gone = new Promise<void>((resolve) => (go = resolve));
  await page.route(address, async (route) => {
    await gone;
    await route.continue().catch(() => {});
  });
  return go;
}

/** The first answers from these addresses are other ones. */
export async function first(page: Page, address: RegExp, times: number, answer: (route: Route) => Promise<void>): Promise<void> {
  let left = times;
  await page.route(address, (route) => (left-- > 0 ? answer(route) : route.continue()));
}

/** Everything that a server hears of a request. */
export const said = async (request: Request) => ({ url: request.url(), method: request.method(), headers: await request.allHeaders() });
