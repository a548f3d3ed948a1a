// What a widget's page asks the API, when, and what keeps it waiting.
import type { BrowserContext, Page, Request, Route } from '@playwright/test';
import { Clock } from './clock';
import { expect } from './test';

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

/** What the page opened by `open` asks before its program is there is just what that asks, where it had no answer. */
export async function asksWordForWord(context: BrowserContext, page: Page, open: () => Promise<unknown>): Promise<void> {
  const requests = asked(context);
  const clock = await Clock.install(context, page);
  const busy = (route: Route) => route.fulfill({ status: 503, headers: { 'retry-after': '1' }, body: '' });
  await first(page, SESSION, 1, busy);
  await first(page, BANKS, 1, busy);
  const come = await hold(page, PROGRAM);
  await open();
  await expect.poll(() => paths(requests)).toEqual(BOTH);
  come();
  await expect
    .poll(async () => {
      await clock.skip(2_000);
      return paths(requests);
    })
    .toEqual([...BOTH, ...BOTH].sort());
  for (const address of [SESSION, BANKS]) {
    const [early, own] = await Promise.all(requests.filter((request) => address.test(request.url())).map(said));
    // In these two answers there is no word of ours, so that it does not matter whether the language is known already.
    for (const { headers } of [early!, own!]) delete headers['accept-language'];
    expect(own).toEqual(early);
  }
}
