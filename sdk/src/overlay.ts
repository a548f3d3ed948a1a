/** The widget's place on the page: a modal window that holds nothing but the iframe. Knows no protocol. */
import type { Theme } from './api';
import { holdScroll } from './scroll';

export interface Overlay {
  frame: HTMLIFrameElement;
  /** Is it still on the page? */
  present(): boolean;
  /** Puts the page back as it was. */
  remove(): void;
}

/** Where the focus was before the first of the open windows. */
let home: Element | null;
let open = 0;

/** `left` is called when the user asks to leave from the page (Escape, back gesture), `gone` when the page took the window away. */
export function overlay(src: string, title: string, theme: Theme, left: () => void, gone: () => void): Overlay {
  const cameFrom = document.activeElement;
  if (open++ === 0) home = cameFrom;

  const dialog = document.createElement('dialog');
  const frame = document.createElement('iframe');
  dialog.setAttribute('aria-label', title);
  dialog.setAttribute('aria-modal', 'true');
  dialog.dataset.connectWidget = '';
  frame.title = title;
  frame.allow = '';
  frame.src = src;
  // A backdrop of the other colour scheme would be opaque.
  const scheme = theme === 'auto' ? 'light dark' : theme;
  style(dialog, scheme);
  style(frame, scheme);
  dialog.append(frame);

  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    left();
  });

  const release = holdScroll();
  const clearBackdrop = transparentBackdrop();
  document.body.append(dialog);
  // In the top layer it stands above the page's own modal windows, and their focus traps cannot reach it.
  dialog.showModal();
  frame.focus({ preventScroll: true });

  const observer = new MutationObserver(() => present() || gone());
  for (const node of [document, document.documentElement, document.body, dialog]) {
    observer.observe(node, { childList: true });
  }
  const present = () => frame.isConnected;

  return {
    frame,
    present,
    remove() {
      observer.disconnect();
      dialog.remove();
      clearBackdrop();
      release();
      open--;
      const back = cameFrom?.isConnected ? cameFrom : home;
      if (back instanceof HTMLElement || back instanceof SVGElement) back.focus({ preventScroll: true });
      if (!open) home = null;
    },
  };
}

/** Through the CSSOM, so that a strict Content-Security-Policy of the page allows it. */
function style(element: HTMLElement, scheme: string): void {
  const set = (name: string, value: string) => element.style.setProperty(name, value, 'important');
  set('all', 'initial');
  set('color-scheme', scheme);
  set('display', 'block');
  set('position', 'fixed');
  set('inset', '0');
  set('width', '100%');
  set('height', '100%');
  set('height', '100dvh');
  set('overflow', 'hidden');
  set('z-index', '2147483647');
}

/** The browser's own backdrop is grey; the widget draws its own. */
function transparentBackdrop(): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('[data-connect-widget]::backdrop{display:none!important}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
