/** The widget in the page: an iframe in a container, or one that the page has made. Takes no focus and holds no scroll. Knows no protocol. */
import { refuse } from './door';
import { frameElement, living, scheme, visible } from './frame';
import type { Framed } from './place';
import { css } from './style';

export function inline(container: ParentNode | string | null | undefined, src: string, title: string): Framed {
  const home = find(container);
  if (!home?.isConnected) refuse('`container`', 'an element');
  const given = home instanceof HTMLIFrameElement;
  const frame = given ? home : frameElement(title);
  const former = frame.style.cssText;

  if (given) {
    frame.title ||= title;
    // One that the page shows only while it is used.
    if (getComputedStyle(frame).display === 'none') css(frame, 'display:block;');
    go(frame, src);
  } else {
    // A copy of the page (Turbo, the browser's own) has one that belongs to no session.
    for (const copied of home.querySelectorAll<HTMLIFrameElement>('iframe[name^=connect-widget-]')) living.has(copied) || copied.remove();
    frame.src = src;
    home.append(frame);
  }

  return {
    frame,
    isHere: () => frame.isConnected,
    show: (isShown) => visible(frame, isShown),
    theme: (theme) => css(frame, scheme(theme)),
    remove() {
      if (!given) return frame.remove();
      frame.blur();
      go(frame, 'about:blank');
      frame.inert = false;
      frame.style.cssText = former;
      if (!former) frame.removeAttribute('style');
    },
  };
}

function find(container: ParentNode | string | null | undefined): ParentNode | null | undefined {
  try {
    return typeof container === 'string' ? document.querySelector(container) : container;
  } catch {
    return null;
  }
}

/** Without a step in the browser's history. */
function go(frame: HTMLIFrameElement, address: string): void {
  // Where the former widget has not gone yet, an address that differs in its fragment alone would load nothing.
  const next = frame.contentDocument ? address : address.replace('?', `?at=${performance.now()}&`);
  frame.contentWindow?.location.replace(next);
}
