/** Where the focus was before the widget came, and how it gets back there. */

/** Where it was before the first of the open widgets. */
let home: HTMLElement | null | undefined;
let open = 0;

/** Returns what gives the focus back, unless it is somewhere by then; call it once, when the widget is gone. */
export function keepFocus(): () => void {
  let from = document.activeElement as HTMLElement | null | undefined;
  // Safari gives a button that is clicked no focus.
  if (!from || from === document.body) from = (window.event?.target as HTMLElement | null | undefined)?.closest?.('button,a,input');
  while (from?.shadowRoot?.activeElement) from = from.shadowRoot.activeElement as HTMLElement;
  if (!open++) home = from;
  return () => {
    open--;
    const { activeElement, body } = document;
    if (!activeElement || activeElement === body) (from?.isConnected ? from : home)?.focus?.({ preventScroll: true });
    if (!open) home = null;
  };
}
