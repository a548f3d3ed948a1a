// What a screen reader is given of every screen: roles, names, states, in their order. Kept in kept/, with each text's key in
// the place of its words; `cargo xtask screens --accept` keeps what it is now.
import { Keys } from './support/keys';
import { BROKEN, expect, screen, states, test } from './support/test';

const LANGUAGE = 'en';
const keys = new Keys(LANGUAGE);

test.use({ viewport: { width: 390, height: 844 }, contextOptions: { reducedMotion: 'reduce' } });

for (const state of states()) {
  test(`${state}: a screen reader is given what it was`, async ({ page, show }) => {
    await show(state, LANGUAGE);
    const card = state === BROKEN ? screen(page, state) : page.locator('main');
    const given = keys.of(await card.ariaSnapshot());
    expect(withoutTimes(given)).toMatchSnapshot(['tree', `${state}.txt`]);
  });
}

/** What runs while it is looked at. */
const withoutTimes = (tree: string) => `${tree.replace(/\b\d+:\d\d\b|\bin \d+ (seconds?|minutes?)/g, '(time)')}\n`;
