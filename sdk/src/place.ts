/** Where the widget is shown: over the page, in it, or in a window of its own. Places know no protocol. */
import type { ConnectOptions, Theme } from './api';
import { keepFocus } from './focus';
import { living } from './frame';
import { inline } from './inline';
import { overlay } from './overlay';
import { popup } from './popup';

export interface Place {
  /** The widget's window; nothing once it is gone. */
  window(): Window | null;
  /** The iframe, if the place has one. */
  frame?: HTMLIFrameElement;
  /** The iframe, or what stands for it whatever it holds. */
  show?(isShown: boolean): void;
  /** The widget can be used. */
  focus?(): void;
  theme?(theme: Theme): void;
  /** Puts the page back as it was. */
  remove(): void;
}

/** A place in the page. */
export type Framed = Omit<Place, 'window'> &
  Required<Pick<Place, 'frame' | 'show' | 'theme'>> & {
    /** The page has neither taken it away nor what it stands for. */
    isHere(): boolean;
  };

/** `left` is called when the user asks to leave other than in the widget, `gone` when the page takes the place away. */
export function place(options: ConnectOptions, src: string, left: () => void, gone: () => void): Place {
  const { mode, container, title = 'Connect your bank', theme = 'auto' } = options;
  const isInline = mode ? mode === 'inline' : container !== undefined;
  const opened = mode === 'popup' && popup(src, left);
  if (opened) return opened;

  const framed = isInline ? inline(container, src, title) : overlay(src, title, left);
  const giveFocusBack = keepFocus();
  const { frame } = framed;
  living.add(frame);
  framed.theme(theme);
  framed.show(false);
  const observer = new MutationObserver(() => framed.isHere() || gone());
  // Whatever is around it may be taken away, also outside of a shadow root.
  for (let node: Node | undefined = frame; node; node = (node as ShadowRoot).host) {
    node = node.getRootNode();
    observer.observe(node, { childList: true, subtree: true });
  }

  return {
    ...framed,
    window: () => frame.contentWindow,
    remove() {
      observer.disconnect();
      living.delete(frame);
      framed.remove();
      giveFocusBack();
    },
  };
}
