/** Whose page is in the iframe: the widget's own says `loaded` or `ready`, a browser's error page never does. Knows no page. */

export interface Arrival {
  /** The widget spoke. */
  said(greeting: 'loaded' | 'ready'): void;
  /** The iframe's `load` event: some page is there. */
  load(): void;
  end(): void;
}

export interface Verdict {
  /** Ours, or not known yet after an earlier page went. */
  show(isOurs: boolean): void;
  foreign(): void;
}

/** A message and the `load` event come from two processes, in either order. */
const GRACE_MS = 1000;

export function arrival(tell: Verdict): Arrival {
  let last: 'loaded' | 'ready' | undefined;
  let greeted = false;
  let grace: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(grace);
    grace = undefined;
  };

  return {
    said(greeting) {
      // A `ready` that follows a `loaded` is the same page's; it must not speak for the next one.
      const fresh = greeting === 'loaded' || last !== 'loaded';
      last = greeting;
      if (!fresh && !grace) return;
      greeted = !grace;
      end();
      tell.show(true);
    },
    load() {
      if (greeted) {
        greeted = false;
        return;
      }
      end();
      grace = setTimeout(tell.foreign, GRACE_MS);
      tell.show(false);
    },
    end,
  };
}
