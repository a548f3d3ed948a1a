/** The widget in the page: an iframe in a container, or one that the page has made. Takes no focus and holds no scroll. Knows no protocol. */
import { frameElement, scheme, visible } from './frame';
import type { Framed } from './place';
import { css } from './style';

export function inline(container: ParentNode | string | undefined, src: string, title: string): Framed {
  const home = typeof container === 'string' ? document.querySelector(container) : container;
  if (!home?.isConnected) throw new TypeError('ConnectWidget: give `container`, an element');
  const given = home instanceof HTMLIFrameElement;
  const frame = given ? home : frameElement(title);
  const former = frame.style.cssText;

  if (given) {
    frame.title ||= title;
    go(frame, src);
  } else {
    frame.src = src;
    home.append(frame);
  }

  return {
    frame,
    show: (isShown) => visible(frame, isShown),
    theme: (theme) => css(frame, scheme(theme)),
    remove() {
      if (!given) return frame.remove();
      go(frame, 'about:blank');
      frame.blur();
      frame.inert = false;
      frame.style.cssText = former;
      if (!former) frame.removeAttribute('style');
    },
  };
}

/** Without a step in the browser's history. */
function go(frame: HTMLIFrameElement, address: string): void {
  frame.contentWindow?.location.replace(address);
}
