/** The widget's place on the page: a modal window that holds nothing but the iframe, hidden until it is shown. Knows no protocol. */
import type { Theme } from './api';
import { holdScroll } from './scroll';

export interface Overlay {
  frame: HTMLIFrameElement;
  /** The iframe instead of our own dimming. */
  show(): void;
  /** Our own dimming instead of the iframe, whatever it holds. */
  hide(): void;
  /** Moves the focus into the iframe. */
  focus(): void;
  /** Puts the page back as it was. */
  remove(): void;
}

/** Where the focus was before the first of the open windows. */
let home: Element | null;
let open = 0;

/** The widget's own, `--scrim` in style/tokens.css, so that nothing jumps when it takes over. */
const SCRIM = 'light-dark(rgb(18 25 38 / 0.46), rgb(0 0 0 / 0.62))';
/** The second click of a double click on the page's button is no wish to leave. */
const DOUBLE_CLICK_MS = 500;

/** `left` is called when the user asks to leave from the page (Escape, back gesture, a click on our dimming), `gone` when the page took the window away. */
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
  dialog.tabIndex = -1;
  dialog.append(frame);

  const look = (background: string, opacity: string, transition: string) => {
    for (const element of [dialog, frame]) important(element, 'transition', transition);
    important(dialog, 'background', background);
    important(frame, 'opacity', opacity);
  };
  let hiddenAt = 0;
  const hide = () => {
    hiddenAt = performance.now();
    look(SCRIM, '0', 'none');
    // What is not seen gets neither clicks nor keys; those are the window's, to leave by.
    frame.inert = true;
    dialog.focus({ preventScroll: true });
  };
  const show = () => {
    // One fades into the other: the iframe's first picture comes a little after its first word.
    look('transparent', '1', 'background-color 0.1s, opacity 0.1s');
    frame.inert = false;
  };

  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    left();
  });
  dialog.addEventListener('click', (event) => {
    if (frame.inert && event.timeStamp - hiddenAt > DOUBLE_CLICK_MS) left();
  });

  const release = holdScroll();
  const clearBackdrop = transparentBackdrop();
  document.body.append(dialog);
  // In the top layer it stands above the page's own modal windows, and their focus traps cannot reach it.
  dialog.showModal();
  hide();

  const observer = new MutationObserver(() => frame.isConnected || gone());
  for (const node of [document, document.documentElement, document.body, dialog]) {
    observer.observe(node, { childList: true });
  }

  return {
    frame,
    show,
    hide,
    focus: () => frame.focus({ preventScroll: true }),
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
  const set = (name: string, value: string) => important(element, name, value);
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

function important(element: HTMLElement, name: string, value: string): void {
  element.style.setProperty(name, value, 'important');
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
