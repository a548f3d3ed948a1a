// The person at the widget: what they type, and how they get through each bank.
import type { BrowserContext } from '@playwright/test';
import { expect } from '@playwright/test';
import { BankSite } from '../../e2e/support/bank-site';
import type { Widget } from '../../e2e/support/widget';

const PASSWORD = 'Everyday';
const WRONG_PASSWORD = 'mistyped-once';
const NO_QUESTIONS = 'greatday_nomfa';
const QUESTIONS = 'Greatday';
const ANSWERS = [
  ['What city were you born in?', 'Montreal'],
  ['What is the best country on earth?', 'Canada'],
  ['What shape do people like most?', 'Triangle'],
] as const;
const USERNAME = 'user_good';
const OAUTH_PASSWORD = 'at-the-banks-own-site';
const DOWN_PASSWORD = 'error_InstitutionUnavailableError';

/** Whatever is typed below, and must be in no message. */
export const SECRETS: string[] = [PASSWORD, WRONG_PASSWORD, NO_QUESTIONS, QUESTIONS, ...ANSWERS.map(([, answer]) => answer), USERNAME, OAUTH_PASSWORD, DOWN_PASSWORD];

/** The bank that asks nothing of this user. */
export async function logIn(widget: Widget): Promise<void> {
  await widget.login(NO_QUESTIONS, PASSWORD);
}

export async function logInWrongly(widget: Widget): Promise<void> {
  await widget.login(NO_QUESTIONS, WRONG_PASSWORD);
}

/** The bank that asks this user three questions. */
export async function logInToBeAsked(widget: Widget): Promise<void> {
  await widget.login(QUESTIONS, PASSWORD);
}

export async function answerQuestions(widget: Widget): Promise<void> {
  for (const [question, answer] of ANSWERS) await widget.answer(question, answer);
}

/** The first question, with the answer to another one. */
export async function answerWronglyFirst(widget: Widget): Promise<void> {
  await widget.answer(ANSWERS[0][0], ANSWERS[1][1]);
  await expect(widget.alert).toContainText('not right');
}

export async function chooseOAuthBank(widget: Widget): Promise<void> {
  await widget.choose('oauth bank', 'OAuth Bank', 'Log in at OAuth Bank');
}

/** Presses the button that opens the bank's window, and logs in there. */
export async function goToBank(widget: Widget, context: BrowserContext): Promise<BankSite> {
  const bank = await BankSite.of(widget, context);
  await logInAtBank(bank);
  return bank;
}

export async function logInAtBank(bank: BankSite): Promise<void> {
  await bank.login(USERNAME, OAUTH_PASSWORD);
}

/** At any of the test banks: it says after the login that it is not available. */
export async function logInWhileBankIsDown(widget: Widget): Promise<void> {
  await widget.login(USERNAME, DOWN_PASSWORD);
  await expect(widget.button(/another bank/)).toBeVisible();
}

/** The bank that puts off what it was asked for. */
export async function logInToWait(widget: Widget): Promise<void> {
  await widget.login(USERNAME, PASSWORD);
  await expect(widget.title(/needs more time/)).toBeVisible();
}

/** A connection of before whose login no longer works. */
export async function repair(widget: Widget): Promise<void> {
  await expect(widget.title('Log in to Reconnect Bank')).toBeVisible();
  await widget.login(USERNAME, PASSWORD);
}
