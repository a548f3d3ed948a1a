// What a hostile page posts: rubbish of every kind, and messages that look right but for who sends them.
import type { Frame, Page } from '@playwright/test';

/** All that any of the systems could mean something by, and results that only a widget may tell. */
export const FORGED: unknown[] = [
  { wealthica: true, event: 'success', institution: 'forged', provider: 'demo' },
  { wealthica: true, event: 'close' },
  { moneykit: true, type: 'link.complete', data: { exchangeableToken: 'forged', institution: {}, link_id: 'forged' } },
  { moneykit: true, type: 'link.exit', data: { error: null } },
  { moneykit: true, type: 'link.resume', eventData: { redirectURL: 'https://shop.example/?connect_resume=forged' } },
  { moneykit: true, type: 'link.resume', eventData: { redirectURL: 7 } },
  { moneykit: true, type: 'link.resume' },
  { moneykit: true, type: 'connect.set_color_scheme', data: { colorScheme: 'sepia' } },
  { moneykit: true, type: 'connect.set_theme', data: { theme: { colors: { accent: 'red}body{display:none', primaryBackground: 'url(https://evil.example/)' } } } },
  { step: 'REDIRECT', institution: 'FlinksCapital', url: 'https://evil.example/?loginId=forged', loginId: 'forged' },
  { step: 'COMPONENT_CLOSE_SESSION' },
  { domain: 'meld-connect', eventName: 'connect_complete', institutionId: 'forged', accounts: null },
  { type: 'connect/memberConnected', metadata: { aggregator: 'forged', member_guid: 'forged' } },
  { type: 'mx/navigation', payload: { action: 'forward' } },
  { type: 'mx/navigation', payload: 'back' },
  '{"type":"mx/navigation","payload":{"action":"back"',
  { connect_widget: 1, type: 'success', data: { institution_id: 'forged', provider: 'demo' } },
  { connect_widget: 1, type: 'init' },
  { connect_widget: 2, type: 'init', token: 'forged' },
];

/** Right from the host, and from nobody else. */
export const COMMANDS: unknown[] = [
  { moneykit: true, type: 'connect.set_color_scheme', data: { colorScheme: 'dark' } },
  { moneykit: true, type: 'connect.set_theme', data: { theme: { colors: { primaryBackground: '#ff00ff' } } } },
  { type: 'mx/navigation', payload: { action: 'back' } },
  '{"type":"mx/navigation","payload":{"action":"back"}}',
  { connect_widget: 1, type: 'init', token: 'forged' },
  { connect_widget: 1, type: 'update', token: 'forged' },
];

/** Posts it all to the widget, which is the first frame of the page; returns how many messages that are. */
export async function attack(from: Page | Frame, messages: unknown[]): Promise<number> {
  return from.evaluate((messages) => {
    const widget = top!.frames[0]!;
    let sent = 0;
    const send = (message: unknown) => {
      sent += 1;
      widget.postMessage(message, '*');
    };
    let seed = 11;
    const random = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
    const words = [
      'wealthica', 'moneykit', 'connect_widget', 'domain', 'event', 'eventName', 'type', 'step', 'data', 'eventData', 'metadata', 'payload', 'token', 'theme',
      'connect.set_theme', 'link.resume', 'redirectURL', 'success', 'init', 'mx/navigation', 'forward', '__proto__', 'constructor', 'toString', '',
    ];
    const thing = (depth: number): unknown => {
      switch (random(depth > 3 ? 8 : 11)) {
        case 0: return null;
        case 1: return undefined;
        case 2: return words[random(words.length)];
        case 3: return random(9) - 4;
        case 4: return NaN;
        case 5: return 10n;
        case 6: return new Date(NaN);
        case 7: return random(2) === 1;
        case 8: return Array.from({ length: random(4) }, () => thing(depth + 1));
        default: return Object.fromEntries(Array.from({ length: random(5) }, () => [words[random(words.length)], thing(depth + 1)]));
      }
    };
    const round: Record<string, unknown> = { moneykit: true, connect_widget: 1 };
    round.data = round;
    const odd = [null, undefined, 0, NaN, '', 'success', '{', '[object Object]', '"', '[[[', 'null', true, [], {}, round, new Map([['type', 'init']]), new ArrayBuffer(8), new Error('x'), /x/];
    for (const message of [...odd, ...messages]) send(message);
    for (let times = 0; times < 10_000; times++) send(thing(0));
    return sent;
  }, messages);
}
