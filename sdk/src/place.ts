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
  /** The page has neither taken it away nor what it stands for; known of what is in the page. */
  isHere?(): boolean;
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
  Required<Pick<Place, 'frame' | 'isHere' | 'show' | 'theme'>>;

/** `left` is called when the user asks to leave other than in the widget. */
export function place(options: ConnectOptions, src: string, left: () => void): Place {
  const { mode, container, title = 'Connect your bank', theme = 'auto' } = options;
  const opened = mode === 'popup' && popup(src, left);
  if (opened) return opened;

  const framed = mode === 'inline' ? inline(container, src, title) : overlay(src, title, left);
  const giveFocusBack = keepFocus();
  const { frame } = framed;
  living.add(frame);
  framed.theme(theme);
  framed.show(false);
  return {
    ...framed,
    window: () => frame.contentWindow,
    remove() {
      living.delete(frame);
      framed.remove();
      giveFocusBack();
    },
  };
}
