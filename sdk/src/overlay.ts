/** The widget over the page: a modal window that holds nothing but the iframe. Knows no protocol. */
import { BARE, frameElement, scheme, visible } from './frame';
import type { Framed } from './place';
import { rules } from './rules';
import { holdScroll } from './scroll';
import { css } from './style';

/** The widget's own, `--scrim` in style/tokens.css, so that nothing jumps when it takes over. Older browsers take the first. */
const SCRIM = 'background:#12192675;background:light-dark(#12192675,#0000009e);';
/** The second click of a double click on the page's button is no wish to leave. */
const DOUBLE_CLICK_MS = 500;
/** Whoever waits longer sees that something goes on. */
const SLOW_MS = 1000;

/** `left`: by Escape, the back gesture, or a click on our dimming. */
export function overlay(src: string, title: string, left: () => void): Framed {
  const dialog = document.createElement('dialog');
  const frame = frameElement(title);
  dialog.ariaLabel = title;
  dialog.dataset.connectWidget = '';
  dialog.tabIndex = -1;
  css(dialog, `${BARE}position:fixed;inset:0;height:100dvh;overflow:hidden;`);
  frame.src = src;
  // The browser's own: it moves, has the colours of the scheme, and is spoken of, without a word of ours.
  const slow = document.createElement('progress');
  slow.ariaLabel = title;
  css(slow, 'position:absolute;inset:0;margin:auto;');
  dialog.append(frame, slow);

  let slowly: ReturnType<typeof setTimeout> | undefined;
  let hiddenAt = 0;
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    left();
  });
  dialog.addEventListener('click', (event) => {
    if (frame.inert && event.timeStamp - hiddenAt > DOUBLE_CLICK_MS) left();
  });

  // In the body only what may be copied with it: a page that puts another in its place is left, and one that comes
  // back from a cache has no window that is nobody's. In the head of a page there is no body yet.
  const anchor = document.createComment('');
  (document.body ?? document.documentElement).append(anchor);
  const release = holdScroll();
  // The browser's own backdrop is grey; the widget draws its own.
  const clearBackdrop = rules('[data-connect-widget]::backdrop{display:none!important}');
  document.documentElement.append(dialog);

  return {
    frame,
    isHere: () => frame.isConnected && anchor.isConnected,
    show(isShown) {
      clearTimeout(slowly);
      slow.hidden = true;
      css(dialog, isShown ? 'background:none;transition:background-color .1s;' : `${SCRIM}transition:none;`);
      visible(frame, isShown);
      if (isShown) return;
      slowly = setTimeout(() => (slow.hidden = false), SLOW_MS);
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
      clearTimeout(slowly);
      dialog.remove();
      anchor.remove();
      clearBackdrop();
      release();
    },
  };
}
