/** Holds the page still beneath the widget. Several sessions share one hold. */
import { rules } from './rules';

let holders = 0;
let undo = () => {};

/** Returns the release; call it once. */
export function holdScroll(): () => void {
  if (!holders++) undo = hold();
  return () => {
    if (!--holders) undo();
  };
}

function hold(): () => void {
  const root = document.documentElement;
  // The viewport takes its overflow from <body> unless <html> has one; setting the other would make the page jump.
  const source = getComputedStyle(root).overflowY === 'visible' ? ':root body' : ':root';
  const { scrollX, scrollY } = window;
  const { clientWidth } = root;
  const release = [rules(`${source}{overflow:hidden!important}`)];
  // Where the space is still taken (scrollbar-gutter), nothing needs to fill it.
  const gained = root.clientWidth - clientWidth;
  if (gained > 0) release.push(rules(`:root{padding-right:calc(${getComputedStyle(root).paddingRight} + ${gained}px)!important}`));
  return () => {
    for (const back of release) back();
    scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' });
  };
}
