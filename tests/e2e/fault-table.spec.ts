// Every call to the backend × everything that can go wrong with it: the right screen, a way on that works, and a host
// that learns the end once. The real server's own fault layer answers; the tests are made from the two tables below.
import type { Page } from '@playwright/test';
import { BankSite } from './support/bank-site';
import { Clock } from './support/clock';
import { Faults } from './support/faults';
import { lines, wire } from './support/host-page';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

const FAULTS = [
  'refused', 'time_out', 'offline', 'unauthorized', 'not_found', 'conflict', 'rate_limited', 'server_error', 'unavailable',
  'slow', 'malformed', 'missing_fields', 'html',
] as const;
type Fault = (typeof FAULTS)[number];

/** What the person sees; each leads to success once the fault is gone. */
type End =
  /** Words above the screen; it goes on by itself. */
  | 'tries again'
  /** The form again, with words; it is sent once more. */
  | 'asks again'
  /** A new question instead of the one that has expired. */
  | 'asks anew'
  /** Nothing: another road was open, or it only took longer. */
  | 'goes on'
  /** A backend that keeps nothing: the bank opens in a window of its own. */
  | 'window instead'
  /** The session's own screen, from which a new token leads on. */
  | 'session ended'
  /** It never began; a good token begins it. */
  | 'no session'
  /** A failure with this code, and a button that leads on. */
  | { code: string; way: RegExp };

interface Call {
  method: string;
  path: string;
  /** What the token fixes. */
  token?: Record<string, unknown>;
  /** What the page asks for. */
  options?(where: { host: string }): Record<string, unknown>;
  impossible?: readonly Fault[];
  /** Up to the step before the call. */
  reach?(stage: Stage): Promise<void>;
  /** The step that makes the call. */
  act(stage: Stage): Promise<void>;
  /** From the step before the call to success, when it works again. */
  finish(stage: Stage): Promise<void>;
  /** When a failure has led to the list of banks, or anew into the same bank. */
  afterFailure?(stage: Stage): Promise<void>;
  /** When the form is shown again; after a session that ended, only where one had been sent. */
  again?(stage: Stage): Promise<void>;
  end(fault: Fault): End;
}

interface Stage {
  page: Page;
  widget: Widget;
  clock: Clock;
  host: string;
  /** A new token of this user. */
  token(): Promise<string>;
  /** The window of the bank, once it is open. */
  bank?: BankSite;
}

const AT_FORMS: End = 'asks again';
const passing = (fault: Fault, otherwise: End): End => (fault === 'slow' ? 'goes on' : fault === 'unauthorized' ? 'session ended' : otherwise);
const server = (way: RegExp): End => ({ code: 'server_error', way });

const giveToken = ({ page }: Stage) => page.evaluate(() => window.giveToken());
const demo = async ({ widget }: Stage) => {
  await widget.loginToDemo('wealthica', 'wealthica');
  await widget.finish('Demo');
};
const login = async ({ widget }: Stage) => widget.login('wealthica', 'wealthica');
const finishDemo = async ({ widget }: Stage) => widget.finish('Demo');

const CALLS: Record<string, Call> = {
  session: {
    method: 'GET',
    path: '/v1/session',
    act: giveToken,
    finish: demo,
    end: (fault) =>
      fault === 'unauthorized' ? 'no session'
      : fault === 'not_found' || fault === 'conflict' ? server(/Try again/)
      : fault === 'slow' ? 'goes on'
      : 'tries again',
  },
  providers: {
    method: 'GET',
    path: '/v1/providers',
    act: giveToken,
    finish: demo,
    end: (fault) => (fault === 'not_found' || fault === 'conflict' ? server(/Try again/) : passing(fault, 'tries again')),
  },
  search: {
    method: 'GET',
    path: '/v1/providers',
    reach: async ({ widget }) => expect(widget.results.first()).toBeVisible(),
    act: async ({ widget }) => widget.search.fill('caisse'),
    finish: async (stage) => {
      await expect(stage.widget.results.first()).toContainText(/caisse/i);
      await demo(stage);
    },
    end: (fault) => (fault === 'not_found' || fault === 'conflict' ? server(/Try again/) : passing(fault, 'tries again')),
  },
  provider: {
    method: 'GET',
    path: '/v1/providers/*',
    reach: async ({ widget }) => expect(widget.results.first()).toBeVisible(),
    act: async ({ widget }) => widget.row('Demo').click(),
    finish: async (stage) => {
      await login(stage);
      await finishDemo(stage);
    },
    afterFailure: demo,
    end: (fault) =>
      fault === 'not_found' ? { code: 'unknown_provider', way: /another bank/ }
      : fault === 'conflict' ? server(/Try again/)
      : passing(fault, 'tries again'),
  },
  create: {
    method: 'POST',
    path: '/v1/institutions',
    reach: ({ widget }) => widget.chooseDemo(),
    act: login,
    finish: finishDemo,
    again: login,
    afterFailure: async (stage) => {
      const { widget } = stage;
      await expect(widget.search.or(widget.username)).toBeVisible();
      if (await widget.search.isVisible()) await widget.chooseDemo();
      await login(stage);
      await finishDemo(stage);
    },
    end: (fault) =>
      fault === 'not_found' ? { code: 'unknown_provider', way: /another bank/ }
      : fault === 'conflict' ? server(/Try again/)
      : passing(fault, AT_FORMS),
  },
  poll: {
    method: 'GET',
    path: '/v1/institutions/*/poll',
    reach: async ({ widget }) => {
      await widget.loginToDemo('wealthica', 'wait-login-2000');
      await expect(widget.title('Connecting to Demo')).toBeVisible();
    },
    // The poll after the one that waits already.
    act: async () => {},
    finish: finishDemo,
    again: login,
    end: (fault) =>
      // A new connection that is gone had a wrong login.
      fault === 'not_found' ? AT_FORMS
      : fault === 'conflict' ? server(/Try again/)
      : passing(fault, 'tries again'),
  },
  login: {
    method: 'PUT',
    path: '/v1/institutions/*',
    reach: async ({ widget }) => {
      await widget.loginToDemo('wealthica2', 'wrong');
      await widget.asksLoginAgain('Demo', 'wealthica2');
    },
    act: login,
    finish: finishDemo,
    again: login,
    end: (fault) => (fault === 'not_found' ? AT_FORMS : fault === 'conflict' ? server(/Try again/) : passing(fault, AT_FORMS)),
    // A sync with the old login is refused by the bank.
    afterFailure: async (stage) => {
      await stage.widget.asksLoginAgain('Demo', 'wealthica');
      await login(stage);
      await finishDemo(stage);
    },
  },
  answer: {
    method: 'PUT',
    path: '/v1/institutions/*',
    reach: async ({ widget }) => {
      await widget.loginToDemo('wealthica', 'anything');
      await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    },
    act: ({ widget }) => widget.pick('Ruby'),
    finish: finishDemo,
    again: ({ widget }) => widget.pick('Ruby'),
    afterFailure: demo,
    end: (fault) =>
      fault === 'not_found' ? { code: 'unknown_institution', way: /another bank/ }
      // The question has expired: a new one is asked.
      : fault === 'conflict' ? 'asks anew'
      : passing(fault, AT_FORMS),
  },
  resend: {
    method: 'PUT',
    path: '/v1/institutions/*',
    reach: async ({ clock, widget }) => {
      await widget.choose('mfa bank', 'MFA Bank');
      await widget.login('user_good', 'code');
      await expect(widget.code).toBeVisible();
      await clock.skip(30_000);
    },
    act: ({ widget }) => widget.button('Send a new code').click(),
    finish: async ({ widget }) => {
      await widget.code.fill('12 34');
      await widget.button('Continue').click();
      await widget.finish('MFA Bank');
    },
    again: async ({ clock, widget }) => {
      await clock.skip(30_000);
      await widget.button('Send a new code').click();
      await expect(widget.frame.getByText(/new code/).first()).toBeVisible();
    },
    afterFailure: demo,
    end: (fault) =>
      fault === 'not_found' ? { code: 'unknown_institution', way: /another bank/ }
      // The bank sends nothing more: a new login asks for a new code.
      : fault === 'conflict' ? 'goes on'
      : passing(fault, AT_FORMS),
  },
  accounts: {
    method: 'PUT',
    path: '/v1/institutions/*',
    token: { account_selection: 'multiple' },
    reach: async ({ widget }) => {
      await widget.choose('accounts bank', 'Accounts Bank');
      await widget.login('user_good', 'many');
      await expect(widget.frame.getByRole('checkbox').first()).toBeVisible();
    },
    act: ({ widget }) => widget.button('Connect').click(),
    finish: ({ widget }) => widget.finish('Accounts Bank'),
    again: ({ widget }) => widget.button('Connect').click(),
    afterFailure: async ({ widget }) => {
      await expect(widget.search.or(widget.frame.getByRole('checkbox').first())).toBeVisible();
      if (await widget.search.isVisible()) {
        await widget.choose('accounts bank', 'Accounts Bank');
        await widget.login('user_good', 'many');
      }
      await widget.button('Connect').click();
      await widget.finish('Accounts Bank');
    },
    end: (fault) =>
      fault === 'not_found' ? { code: 'unknown_institution', way: /another bank/ }
      : fault === 'conflict' ? server(/Try again/)
      : passing(fault, AT_FORMS),
  },
  sync: {
    method: 'POST',
    path: '/v1/institutions/*/sync',
    reach: async ({ widget }) => {
      await widget.loginToDemo('TemporaryFailureError', 'x');
      await expect(widget.title(/can.t reach .+ right now/)).toBeVisible();
    },
    act: ({ widget }) => widget.button('Try again').click(),
    // The bank fails again, deterministically; another login works.
    finish: async (stage) => {
      await expect(stage.widget.title(/can.t reach .+ right now/)).toBeVisible();
      await stage.widget.button('another bank').click();
      await demo(stage);
    },
    afterFailure: async (stage) => {
      const { widget } = stage;
      await expect(widget.search.or(widget.title(/can.t reach .+ right now/))).toBeVisible();
      if (!(await widget.search.isVisible())) await widget.button('another bank').click();
      await demo(stage);
    },
    end: (fault) =>
      fault === 'not_found' ? { code: 'unknown_institution', way: /another bank/ }
      : fault === 'conflict' ? server(/Try again/)
      : passing(fault, 'tries again'),
  },
  institution: {
    method: 'GET',
    path: '/v1/institutions/*',
    // A page cannot be loaded anew offline.
    impossible: ['offline'],
    reach: async ({ widget }) => {
      await widget.loginToDemo('wealthica', 'anything');
      await expect(widget.frame.getByRole('radio', { name: 'Ruby' })).toBeVisible();
    },
    act: async ({ page }) => {
      const frame = page.frames().find((frame) => frame.parentFrame() === page.mainFrame())!;
      await frame.evaluate(() => location.reload());
    },
    // The same question; or, where the connection cannot be found, the beginning.
    finish: async (stage) => {
      const { widget } = stage;
      const question = widget.frame.getByRole('radio', { name: 'Ruby' });
      await expect(question.or(widget.search)).toBeVisible();
      if (await widget.search.isVisible()) return demo(stage);
      await widget.pick('Ruby');
      await widget.finish('Demo');
    },
    end: (fault) => (fault === 'not_found' || fault === 'conflict' ? 'goes on' : passing(fault, 'tries again')),
  },
  'oauth result': {
    method: 'GET',
    path: '/v1/oauth/*',
    // The bank's own site cannot be reached offline.
    impossible: ['offline'],
    reach: ({ widget }) => widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank'),
    act: async (stage) => {
      stage.bank = await BankSite.of(stage.widget, stage.page.context());
      await stage.clock.skip(2_000);
    },
    finish: async ({ widget, bank }) => {
      await bank!.allow();
      await widget.finish('OAuth Bank');
    },
    end: () => 'goes on',
  },
  'oauth keep': {
    method: 'PUT',
    path: '/v1/oauth/*',
    options: ({ host }) => ({ oauth: 'redirect', redirectUri: `${host}/back` }),
    reach: ({ widget }) => widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank'),
    act: ({ widget }) => widget.button(/^Continue to/).click(),
    again: ({ widget }) => widget.button(/^Continue to/).click(),
    afterFailure: async (stage) => {
      await stage.widget.button(/^Continue to/).click();
      await CALLS['oauth keep']!.finish(stage);
    },
    // The page itself is left, and comes back.
    finish: async ({ page, widget, token, host }) => {
      await page.waitForURL(/\/sandbox\/oauth-bank\//);
      await new BankSite(page).allow();
      await page.waitForURL(/\/back\?connect_resume=/);
      await page.evaluate((options) => (window.options = { ...options, resume: location.href }), { token: await token(), oauth: 'redirect', redirectUri: `${host}/back` });
      await page.getByRole('button', { name: 'Pay by bank' }).click();
      await widget.finish('OAuth Bank');
    },
    end: (fault) => (fault === 'not_found' ? 'window instead' : fault === 'conflict' ? server(/Try again/) : passing(fault, AT_FORMS)),
  },
};

test.describe('the fault table', () => {
  for (const [row, [name, call]] of Object.entries(CALLS).entries()) {
    for (const [column, fault] of FAULTS.entries()) {
      if (call.impossible?.includes(fault)) continue;
      // Each call and each fault has its share of every fourth; the whole table is for `cargo xtask test --deep`.
      if (!process.env.DEEP && (row + column) % 4 !== 0) continue;
      test(`${name} × ${fault}`, async ({ page, context, server, host, shop }) => {
        const user = `fault-${name}-${fault}`;
        const faults = new Faults(server.origin, user);
        const token = () => server.token({ user_id: user, ...call.token });
        const clock = await Clock.install(context, page);
        const widget = await shop.openLate(await token(), call.options?.({ host }));
        const stage: Stage = { page, widget, clock, host, token };
        if (call.act !== giveToken) {
          await giveToken(stage);
          await call.reach?.(stage);
        }
        const offline = fault === 'offline';
        const rule = { method: call.method, path: call.path, fault };
        if (offline) await context.setOffline(true);
        else await faults.arm(rule);
        const heal = () => (offline ? context.setOffline(false) : faults.clear());

        await call.act(stage);
        if (fault === 'time_out') {
          await expect.poll(() => faults.struck()).toBeGreaterThan(0);
          await widget.hearAlerts();
          await clock.skip(46_000);
        }
        const end = call.end(fault);
        if (end === 'goes on') {
          await expect.poll(() => faults.struck()).toBeGreaterThan(0);
          await heal();
          await call.finish(stage);
        } else if (end === 'tries again') {
          const words = offline ? /offline/i : /trying again/i;
          // Between two tries that take as long again it is said for half a second.
          if (fault === 'time_out') await expect.poll(() => widget.heardAlerts()).toMatch(words);
          else await expect(widget.alert.first()).toHaveText(words);
          await heal();
          await call.finish(stage);
        } else if (end === 'asks again') {
          // Beside it the banner may say that the browser is offline.
          await expect(widget.alert.last()).toHaveText(/again|once more/);
          await heal();
          await call.again!(stage);
          await call.finish(stage);
        } else if (end === 'window instead') {
          await expect.poll(() => faults.struck()).toBeGreaterThan(0);
          const bank = await BankSite.openedBy(context, () => call.again!(stage));
          await bank.allow();
          await widget.finish('OAuth Bank');
        } else if (end === 'asks anew') {
          await expect.poll(async () => (await lines(page)).filter((line) => line.startsWith('question_asked'))).toHaveLength(2);
          await heal();
          await call.again!(stage);
          await call.finish(stage);
        } else if (end === 'session ended') {
          await expect(widget.title(/session has ended/)).toBeVisible();
          expect(await lines(page)).toContain('failed session_expired');
          await heal();
          await page.evaluate((token) => window.session.update({ token }), await token());
          await expect(widget.title(/session has ended/)).toBeHidden();
          if (call.method !== 'GET') await call.again?.(stage);
          await call.finish(stage);
        } else if (end === 'no session') {
          await expect(widget.title(/can.t be opened/)).toBeVisible();
          await heal();
          await page.evaluate((token) => window.session.update({ token }), await token());
          await call.finish(stage);
        } else {
          await expect(widget.button(end.way)).toBeVisible();
          // Whoever has no session hears only the end.
          if (name !== 'session') expect(await lines(page)).toContain(`failed ${end.code}`);
          await heal();
          await widget.button(end.way).click();
          await (call.afterFailure ?? call.finish)(stage);
        }
        const ends = (told: string[]) => told.filter((line) => /^(success|error|exit)/.test(line));
        await expect.poll(async () => ends(await lines(page))).toEqual(['success']);
        const posted = (await wire(page)).filter(({ type }) => ['success', 'error', 'exit'].includes(type));
        expect(posted).toHaveLength(1);
      });
    }
  }

  // What the browser itself writes for a request that failed; everything else still counts.
  test.use({ expectedNoise: [/Failed to load resource/] });
});

test('the fault table is whole', () => {
  const calls = Object.values(CALLS);
  const impossible = calls.flatMap((call) => call.impossible ?? []).length;
  const cases = calls.length * FAULTS.length - impossible;
  console.log(`fault table: ${calls.length} calls × ${FAULTS.length} faults, ${impossible} that cannot be: ${cases} cases`);
  expect(cases).toBe(180);
});
