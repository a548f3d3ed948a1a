// Every system's page, loaded again in the middle of a question: by its browser, or by the user after a crash.
import type { Frame, Page } from '@playwright/test';
import { asked, paths } from '../e2e/support/asked';
import { Widget } from '../e2e/support/widget';
import { OPENINGS, WANTED } from './support/openings';
import { answerQuestions, logInToBeAsked } from './support/person';
import { expect, test } from './support/test';

const frameOf = (page: Page): Frame => page.frames().find((frame) => frame.parentFrame() === page.mainFrame())!;
const widgetOf = (page: Page) => new Widget(page.frameLocator('iframe').first());

async function toTheFirstQuestion(page: Page): Promise<Widget> {
  const widget = widgetOf(page);
  await widget.chooseFlinks();
  await logInToBeAsked(widget);
  await expect(widget.title(/asks|question/i).or(widget.frame.getByText('What city were you born in?')).first()).toBeVisible();
  return widget;
}

for (const [name, opening] of Object.entries(OPENINGS)) {
  test(`${name}: a reload of the frame goes on at the question`, async ({ page, backend, server, host, open }) => {
    await open(opening.path, await opening.settings(backend, server.origin, host));
    const widget = await toTheFirstQuestion(page);
    const address = frameOf(page).url();
    expect(backend.secrets.filter((secret) => address.includes(secret))).toEqual([]);
    const loaded = page.waitForResponse((response) => response.frame() === frameOf(page) && response.request().isNavigationRequest());
    await frameOf(page).evaluate(() => location.reload());
    await loaded;
    await expect(widget.frame.getByText('What city were you born in?')).toBeVisible();
    await answerQuestions(widget);
  });
}

test.describe('after a crash', () => {
  test.use({ expectedNoise: [/RuntimeError|unreachable/] });

  for (const name of ['Wealthica by POST', 'Wealthica by GET', 'Meld']) {
    test(`${name}: "Start again" goes on at the question`, async ({ page, backend, server, host, open }) => {
      const opening = OPENINGS[name]!;
      await open(opening.path, await opening.settings(backend, server.origin, host));
      const widget = await toTheFirstQuestion(page);
      await frameOf(page).evaluate(() => {
        const error = new WebAssembly.RuntimeError('unreachable');
        dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
      });
      await widget.button('Start again').click();
      await expect(widget.frame.getByText('What city were you born in?')).toBeVisible();
    });
  }
});

test('two frames of two users, loaded again, take nothing from each other', async ({ page, backend, server, host, open }) => {
  const address = async (user: string) => (await backend.ask('POST', '/widgetUrl', { ...WANTED, userId: user, targetOrigin: host })).widgetUrl;
  await open('/iframe', { src: await address(`${backend.user}-one`) });
  await expect(widgetOf(page).search).toBeVisible();
  const second = await address(`${backend.user}-two`);
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, title: 'second' })), second);
  await expect(new Widget(page.frameLocator('iframe[title=second]')).search).toBeVisible();
  for (const [index, user] of ['one', 'two'].entries()) {
    const frame = page.frames().filter((frame) => frame.parentFrame())[index]!;
    const session = page.waitForResponse((response) => response.url().includes('/v1/session') && response.ok());
    await frame.evaluate(() => location.reload());
    expect((await (await session).json()).user_id).toBe(`${backend.user}-${user}`);
  }
});

test('a new frame at an address of before, as a browser restores it, opens nobody else’s session', async ({ page, context, backend, host, open }) => {
  const { widgetUrl } = await backend.ask('POST', '/widgetUrl', { ...WANTED, userId: backend.user, targetOrigin: host });
  await open('/iframe', { src: widgetUrl });
  await expect(widgetOf(page).search).toBeVisible();
  const left = frameOf(page).url();
  expect(left).toContain('connect_page=');
  const requests = asked(context);
  await open('/iframe', { src: left });
  await expect(widgetOf(page).title(/can.t be opened this way/)).toBeVisible();
  expect(paths(requests)).toEqual([]);
});
