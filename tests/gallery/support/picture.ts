// A picture as small as a stamp, and whether two of them are of the same screen.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const FOLDER = resolve(import.meta.dirname, '../kept/pictures');
/** So many pixels of the page are one of the stamp. */
const CELL = 10;
/** So many pixels of the stamp are compared as one, in each direction: a line of text. */
const BLUR = 3;
/** A part that differs by more than this, of 255, is another one. */
const STEP = 22;
/** Of all parts so many may be others: a line that is broken elsewhere. */
const FEW = 0.02;

interface Stamp {
  width: number;
  height: number;
  /** Red, green, blue of each pixel. */
  colours: number[];
}

/** What differs between a screen and what is kept of it, as a share of its parts; kept anew where that is asked for. */
export async function differs(page: Page, name: string): Promise<{ share: number; isOther: boolean }> {
  const seen = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const file = join(FOLDER, `${name}.png`);
  if (process.env.ACCEPT || !existsSync(file)) {
    if (!process.env.ACCEPT) throw new Error(`Nothing is kept of ${name}: cargo xtask screens --accept`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(await page.evaluate(stamped, [seen.toString('base64'), CELL] as const), 'base64'));
  }
  const [now, kept] = [await read(page, seen, CELL), await read(page, readFileSync(file), 1)];
  return compared(now, kept);
}

export function compared(one: Stamp, other: Stamp): { share: number; isOther: boolean } {
  if (one.width !== other.width || one.height !== other.height) return { share: 1, isOther: true };
  const [first, second] = [blurred(one), blurred(other)];
  const differ = first.filter((part, at) => part.some((colour, channel) => Math.abs(colour - second[at]![channel]!) > STEP));
  const share = differ.length / first.length;
  return { share, isOther: share > FEW };
}

/** The mean of each square. */
function blurred({ width, height, colours }: Stamp): number[][] {
  const parts: number[][] = [];
  for (let top = 0; top + BLUR <= height; top += BLUR) {
    for (let left = 0; left + BLUR <= width; left += BLUR) {
      const sum = [0, 0, 0];
      for (let at = 0; at < BLUR * BLUR; at++) {
        const pixel = (top + Math.floor(at / BLUR)) * width + left + (at % BLUR);
        for (const channel of [0, 1, 2]) sum[channel]! += colours[3 * pixel + channel]! / BLUR ** 2;
      }
      parts.push(sum);
    }
  }
  return parts;
}

export async function read(page: Page, png: Buffer, cell = CELL): Promise<Stamp> {
  const small = cell === 1 ? png.toString('base64') : await page.evaluate(stamped, [png.toString('base64'), cell] as const);
  return page.evaluate(pixels, small);
}

// Both run in the page, which has what reads and writes pictures.

async function pixels(base64: string): Promise<Stamp> {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext('2d')!;
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  return { width, height, colours: [...data].filter((_, at) => at % 4 !== 3) };
}

async function stamped([base64, cell]: readonly [string, number]): Promise<string> {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
  const large = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
  large.drawImage(image, 0, 0);
  const [width, height] = [Math.floor(image.width / cell), Math.floor(image.height / cell)];
  const small = document.createElement('canvas');
  Object.assign(small, { width, height });
  const drawn = small.getContext('2d')!;
  const picture = drawn.createImageData(width, height);
  const { data } = large.getImageData(0, 0, image.width, image.height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0, 0];
      for (let row = 0; row < cell; row++) {
        for (let column = 0; column < cell; column++) {
          const from = 4 * ((y * cell + row) * image.width + x * cell + column);
          for (const channel of [0, 1, 2, 3]) sum[channel]! += data[from + channel]!;
        }
      }
      picture.data.set(sum.map((value) => value / cell ** 2), 4 * (y * width + x));
    }
  }
  drawn.putImageData(picture, 0, 0);
  return small.toDataURL('image/png').split(',')[1]!;
}
