// How the gallery's screens are looked at: on what, in which colours, with which help for the eyes.
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 900, height: 780 } };
const still = { reducedMotion: 'reduce' };

/** By name: what a browser context takes; `text` is how large letters are, 1 as they are. */
export const PLACES = {
  'phone.light': { context: { ...PHONE, ...still, colorScheme: 'light' } },
  'phone.dark': { context: { ...PHONE, ...still, colorScheme: 'dark' } },
  'desk.light': { context: { ...DESK, ...still, colorScheme: 'light' } },
  'desk.dark': { context: { ...DESK, ...still, colorScheme: 'dark' } },
  'text200.light': { context: { ...PHONE, ...still, colorScheme: 'light' }, text: 2 },
  'forced.dark': { context: { ...DESK, ...still, colorScheme: 'dark', forcedColors: 'active' } },
  'contrast.light': { context: { ...DESK, ...still, colorScheme: 'light', contrast: 'more' } },
};
