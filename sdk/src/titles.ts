/** What a screen reader calls the widget's window, in the reader's language. connect.js itself has only the English words. */
import type { ConnectOptions } from './api';
import type { Framed, Place } from './place';

/** By BCP 47 tags in small letters; written in by build.mjs, from languages/. */
declare const TITLES: Record<string, string>;

/** Also the default of place.ts. */
const ENGLISH = 'Connect your bank';

export function giveTitle(place: Place, { title, lang }: ConnectOptions): void {
  const { frame } = place as Partial<Framed>;
  // An iframe of the page's own keeps its title.
  if (title || !frame || frame.title !== ENGLISH) return;
  const ours = titleFor([lang || [], navigator.languages].flat());
  for (const named of [frame.closest('dialog'), frame.nextElementSibling]) if (named?.ariaLabel === frame.title) named.ariaLabel = ours;
  frame.title = ours;
}

function titleFor(wishes: readonly string[]): string {
  for (const wish of wishes) {
    for (let tag = wish.toLowerCase().replace('_', '-'); tag; tag = tag.replace(/-?[^-]*$/, '')) {
      const title = TITLES[tag];
      if (title) return title;
    }
  }
  return ENGLISH;
}
