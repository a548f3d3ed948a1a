// The test function of all specs: servers, and a watch on every console line, error and policy violation of every frame.
import { test as base, type BrowserContext, expect } from '@playwright/test';
import { ConnectServer, START_LIMIT } from './connect-server';
import { Host, hostPages } from './host-page';
import { asTheRunWants, noiseOfTheLine } from './rest';
import { startStub } from './stub-widget';
import { WebServer } from './web-server';

export { expect };

/** An app that no browser here knows. */
export const APP = 'com.example.shop://oauth';

export interface Stubbed {
  /** Origin of the stand-in widget. */
  widget: string;
  /** Origin of a host page that loads connect.js from it. */
  host: string;
}

interface PerTest {
  /** Console lines and page errors that a test causes on purpose. */
  expectedNoise: RegExp[];
  watched: void;
  /** A host page with the real widget. */
  shop: Host;
}

interface PerWorker {
  both: { server: ConnectServer; host: string };
  server: ConnectServer;
  /** Origin of host pages that use the real widget. */
  host: string;
  stubbed: Stubbed;
}

export const test = base.extend<PerTest, PerWorker>({
  expectedNoise: [[], { option: true }],

  watched: [
    async ({ context, expectedNoise }, use) => {
      const noise = watch(context);
      await asTheRunWants(context);
      await use();
      const expected = [...expectedNoise, ...noiseOfTheLine()];
      expect(noise.filter((line) => !expected.some((expected) => expected.test(line)))).toEqual([]);
    },
    { auto: true },
  ],

  shop: async ({ page, host }, use) => use(new Host(page, host)),

  both: [
    async ({}, use) => {
      let widget = '';
      const host = await WebServer.start(hostPages(() => widget));
      // Where the host's page is come back to from a bank's own site.
      const server = await ConnectServer.start('--demo-redirect-uri', `${host.origin}/back`, '--demo-redirect-uri', APP);
      widget = server.origin;
      await use({ server, host: host.origin });
      await server.end();
      await host.end();
    },
    { scope: 'worker', timeout: START_LIMIT },
  ],

  server: [async ({ both }, use) => use(both.server), { scope: 'worker' }],

  host: [async ({ both }, use) => use(both.host), { scope: 'worker' }],

  stubbed: [
    async ({}, use) => {
      const widget = await startStub();
      const host = await WebServer.start(hostPages(() => widget.origin));
      await use({ widget: widget.origin, host: host.origin });
      await host.end();
      await widget.end();
    },
    { scope: 'worker' },
  ],
});

/** Why a session ended is the developer's to read; that it ended so, the test that caused it has asked. */
const REASON = /^warning: ConnectWidget: (invalid_token|origin_not_allowed|redirect_uri_not_registered|token_unavailable|widget_unreachable): /;

/** A frame that goes while its program still comes; where it cannot be had, a reason follows the address. */
const GONE = /^error: Fetch API cannot load \S+\.\s+\(/;

/** Refused policies come as console errors of their frame. */
function watch(context: BrowserContext): string[] {
  const noise: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) {
      const line = `${message.type()}: ${message.text()} (${message.location().url})`;
      if (!REASON.test(line) && !GONE.test(line)) noise.push(line);
    }
  });
  context.on('weberror', (error) => noise.push(`page error: ${error.error().message}`));
  return noise;
}
