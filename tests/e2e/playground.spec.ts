// The demo's theme playground: what is chosen there is seen in the widget beside it, and can be taken along.
import { runInNewContext } from 'node:vm';
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';
import { Widget } from './support/widget';

async function open(page: Page, origin: string, hash = ''): Promise<Widget> {
  await page.goto(`${origin}/demo/theme${hash}`);
  const widget = new Widget(page.frameLocator('#stage').frameLocator('dialog iframe'));
  await expect(widget.search).toBeVisible();
  return widget;
}

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const look = (page: Page, name: string) => page.getByRole('radio', { name, exact: true });
const card = (widget: Widget) => widget.frame.locator('main.card');

test('a colour is seen at once, without losing what was typed, in the scheme that it is for', async ({ page, server }) => {
  const widget = await open(page, server.origin);
  await widget.search.fill('demo');
  await field(page, 'surface, light').fill('#fff4e0');
  await expect(card(widget)).toHaveCSS('background-color', 'rgb(255, 244, 224)');
  await look(page, 'Dark').check();
  await expect(card(widget)).toHaveCSS('background-color', 'rgb(22, 26, 33)');
  await field(page, 'surface, dark').fill('rgb(0 40 60)');
  await expect(card(widget)).toHaveCSS('background-color', 'rgb(0, 40, 60)');
  await field(page, 'radius').fill('4px');
  await look(page, 'Desktop').check();
  await expect(card(widget)).toHaveCSS('border-radius', '4px');
  await expect(widget.search).toHaveValue('demo');

  await page.getByRole('button', { name: 'Reset surface' }).click();
  await expect(card(widget)).toHaveCSS('background-color', 'rgb(22, 26, 33)');
  await expect(field(page, 'surface, dark')).toHaveValue('#161a21');
  await expect(card(widget)).toHaveCSS('border-radius', '4px');
});

test('what no browser reads as a colour is marked and changes nothing', async ({ page, server }) => {
  const widget = await open(page, server.origin);
  const surface = field(page, 'surface, light');
  for (const text of ['bluish', 'url(https://evil.example)', 'var(--x)', '']) {
    await surface.fill(text);
    await expect(surface).toHaveAttribute('aria-invalid', '');
  }
  await expect(card(widget)).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await expect(page.locator('#clients')).toHaveText('"theme": {}');
});

test('each pair has its contrast, and what is moved is told with what it becomes', async ({ page, server }) => {
  await open(page, server.origin);
  const verdict = page.locator('#verdict');
  await expect(verdict).toHaveText('Every pair can be read and seen as chosen.');
  const pair = page.getByRole('row', { name: /^text-muted on surface / });
  await expect(pair).toContainText('5.84');
  await field(page, 'text-muted, light').fill('#bbbbbb');
  await expect(verdict).toContainText('could not be read');
  await expect(pair).toContainText(/1\.91 → [45]\./);
  await expect(page.getByRole('group', { name: /^text-muted/ })).toContainText(/Shown as #[\da-f]{6} in light/);
  await expect(field(page, 'text-muted, light')).toHaveValue('#bbbbbb');
});

test('it is copied as a URL that opens the widget so, as options and for clients.json', async ({ page, server, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, server.origin);
  await field(page, 'accent, light').fill('#0a7d4f');
  await field(page, 'field-line, light').fill('gray');
  await field(page, 'field-line, dark').fill('gray');
  await field(page, 'font').fill('Georgia, serif');
  const expected = { accent: { light: '#0a7d4f', dark: '#6f9dff' }, 'field-line': 'gray', font: 'Georgia, serif' };
  await expect(page.locator('#clients')).toContainText('Georgia');
  const copied = async (name: string) => {
    await page.getByRole('button', { name }).click();
    await expect(page.locator('#copied')).toContainText('Copied');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(JSON.parse(`{${await copied('Copy for clients.json')}}`)).toEqual({ theme: expected });
  const options = runInNewContext(`(${await copied('Copy the options')})`);
  expect(JSON.parse(JSON.stringify(options))).toEqual({ theme: 'light', themeTokens: { accent: expected.accent, fieldLine: 'gray', font: expected.font } });
  const url = new URL(await copied('Copy the URL'));
  // The demo embeds the widget from another origin than its own.
  const embedded = await page.frameLocator('#stage').locator('dialog iframe').getAttribute('src');
  expect(url.origin).toBe(new URL(embedded!).origin);
  expect(JSON.parse(url.searchParams.get('theme_tokens')!)).toEqual(expected);
});

test('a reload has the same theme, and a widget that was closed is opened again', async ({ page, server }) => {
  const widget = await open(page, server.origin);
  await page.getByRole('button', { name: 'Paper', exact: true }).click();
  await look(page, 'Login').check();
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await expect(widget.button('Log in')).toHaveCSS('background-color', 'rgb(17, 17, 17)');
  await page.reload();
  await expect(widget.title('Log in to Demo')).toBeVisible();
  await expect(widget.button('Log in')).toHaveCSS('background-color', 'rgb(17, 17, 17)');
  await widget.close.click();
  await page.frameLocator('#stage').getByRole('button', { name: 'Open the widget again' }).click();
  await expect(widget.button('Log in')).toHaveCSS('background-color', 'rgb(17, 17, 17)');
});

test('on a phone everything is in one column, and nothing is wider than the page', async ({ page, server }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page, server.origin);
  await look(page, 'Narrow').check();
  await expect(page.locator('#stage')).toHaveCSS('width', '320px');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});
