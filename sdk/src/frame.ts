/** The widget's iframe, hidden until it is shown. Knows no protocol. */
import type { Theme } from './api';
import { css } from './style';

/** Of the sessions that are open on this page. */
export const living = new Set<HTMLIFrameElement>();

export function frameElement(title: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.title = title;
  // Its own as long as it is there: under it the widget finds after a reload where it was.
  let at = 0;
  do frame.name = `connect-widget-${++at}`;
  while ([...living].some(({ name }) => name === frame.name));
  css(frame, BARE);
  return frame;
}

/** Nothing of the page's style sheets reaches it. The ratio is for a container that has no height of its own. */
export const BARE = 'all:initial;display:block;width:100%;height:100%;aspect-ratio:3/4;';

/** An iframe of another colour scheme than the widget's would be opaque, and so would a backdrop. */
export const scheme = (theme: Theme) => `color-scheme:${theme === 'auto' ? 'light dark' : theme};`;

/** What is not seen gets neither clicks nor keys. */
export function visible(frame: HTMLIFrameElement, isVisible: boolean): void {
  frame.inert = !isVisible;
  // It fades in: the iframe's first picture comes a little after its first word.
  css(frame, isVisible ? 'opacity:1;transition:opacity .1s;' : 'opacity:0;transition:none;');
}
