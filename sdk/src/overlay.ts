/** The widget over the page: a modal window that holds nothing but the iframe. Knows no protocol. */
import { BARE, frameElement, scheme, visible } from './frame';
import type { Framed } from './place';
import { holdScroll } from './scroll';
import { css } from './style';

/** The widget's own, `--scrim` in style/tokens.css, so that nothing jumps when it takes over. Older browsers take the first. */
const SCRIM = 'background:#12192675;background:light-dark(#12192675,#0000009e);';
/** The second click of a double click on the page's button is no wish to leave. */
const DOUBLE_CLICK_MS = 500;

/** `left`: by Escape, the back gesture, or a click on our dimming. */
export function overlay(src: string, title: string, nonce: string | undefined, left: () => void): Framed {
  const dialog = document.createElement('dialog');
  const frame = frameElement(title);
  dialog.ariaLabel = title;
  dialog.ariaModal = 'true';
  dialog.dataset.connectWidget = '';
  dialog.tabIndex = -1;
  css(dialog, `${BARE}position:fixed;inset:0;height:100dvh;overflow:hidden;`);
  frame.src = src;
  dialog.append(frame);

  let hiddenAt = 0;
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    left();
  });
  dialog.addEventListener('click', (event) => {
    if (frame.inert && event.timeStamp - hiddenAt > DOUBLE_CLICK_MS) left();
  });

  const release = holdScroll();
  const clearBackdrop = transparentBackdrop(nonce);
  document.body.append(dialog);

  return {
    frame,
    show(isShown) {
      css(dialog, isShown ? 'background:none;transition:background-color .1s;' : `${SCRIM}transition:none;`);
      visible(frame, isShown);
      if (isShown) return;
      // In the top layer it stands above the page's own modal windows, and their focus traps cannot reach it.
      if (!dialog.open) dialog.showModal();
      hiddenAt = performance.now();
      // The keys are the window's now, to leave by.
      dialog.focus({ preventScroll: true });
    },
    focus: () => frame.focus({ preventScroll: true }),
    theme(theme) {
      for (const element of [dialog, frame]) css(element, scheme(theme));
    },
    remove() {
      dialog.remove();
      clearBackdrop();
      release();
    },
  };
}

/** The browser's own backdrop is grey; the widget draws its own. */
function transparentBackdrop(nonce = ''): () => void {
  const css = '[data-connect-widget]::backdrop{display:none!important}';
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    };
  } catch {
    const style = document.createElement('style');
    style.nonce = nonce;
    style.textContent = css;
    document.head.append(style);
    return () => style.remove();
  }
}
