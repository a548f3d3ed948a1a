// Opens the page of wasm-bindgen-test-runner, prints what the tests print, exits with their verdict.
import { launch } from './chromium.mjs';

const [address] = process.argv.slice(2);
const MINUTE = 60_000;

await serverAnswers(address);
const browser = await launch();
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.log(`uncaught in the page: ${error.stack ?? error}`));
  page.on('crash', () => console.log('the page crashed'));
  await page.goto(address);
  const output = page.locator('#output');
  const ended = await page
    .waitForFunction(() => /^test result:/m.test(document.querySelector('#output')?.textContent ?? ''), undefined, {
      timeout: 3 * MINUTE,
    })
    .then(() => true, (error) => console.log(`The tests have not ended: ${error.message}`));
  const text = await output.textContent();
  console.log(text);
  process.exitCode = ended && /^test result: ok/m.test(text) ? 0 : 1;
} finally {
  await browser.close();
}

/** The runner first generates the bindings, then listens. */
async function serverAnswers(address) {
  const deadline = Date.now() + 2 * MINUTE;
  while (Date.now() < deadline) {
    try {
      return await fetch(address);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`Nothing answers at ${address}`);
}
