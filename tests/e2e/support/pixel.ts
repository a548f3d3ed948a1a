// What colour the page is, far from everything that is drawn.
import type { Page } from '@playwright/test';

/** Red, green and blue. */
export async function pixel(page: Page): Promise<number[]> {
  const picture = (await page.screenshot()).toString('base64');
  const reader = await page.context().newPage();
  const colour = await reader.evaluate(async (picture) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (c) => c.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    canvas.drawImage(bitmap, 0, 0);
    return [...canvas.getImageData(bitmap.width - 40, bitmap.height - 40, 1, 1).data].slice(0, 3);
  }, picture);
  await reader.close();
  return colour;
}
