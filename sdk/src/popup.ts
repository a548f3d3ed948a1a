/** The widget in a window of its own. Knows no protocol. */
import type { Place } from './place';

const LOOK_MS = 250;

/** Nothing if the browser opens no window. `left`: the user closed it. */
export function popup(src: string, left: () => void): Place | undefined {
  const opened = open(src, '_blank', 'popup,width=480,height=720');
  if (!opened) return undefined;
  let wasClosed = false;
  // What it said last may still be on its way when it is first seen closed.
  const timer = setInterval(() => {
    if (wasClosed) left();
    wasClosed = opened.closed;
  }, LOOK_MS);
  return {
    window: () => opened,
    remove() {
      clearInterval(timer);
      opened.close();
    },
  };
}
