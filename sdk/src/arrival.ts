/** Whose page is in the iframe: the widget's own says `loaded` or `ready`, a browser's error page never does. Knows no page. */

export interface Arrival {
  /** The iframe was made; nothing had come yet. */
  begin(): void;
  /** The widget spoke. */
  said(greeting: 'loaded' | 'ready'): void;
  /** Its page goes. */
  leaving(): void;
  /** The iframe's `load` event: some page is there. */
  load(): void;
  end(): void;
}

export interface Verdict {
  /** Ours, or not known yet after an earlier page went. */
  show(isOurs: boolean): void;
  foreign(): void;
  /** The iframe's `contentDocument`. */
  document(): Document | null | undefined;
}

/** A message and the `load` event come from two processes, in either order. */
const GRACE_MS = 1000;
const LOOK_MS = 1000;

export function arrival(tell: Verdict): Arrival {
  /** The page that is there is the widget's. */
  let spoken = false;
  /** Its `load` event has not come yet. */
  let greeted = false;
  /** Of what comes next nothing has been seen yet. */
  let isEmpty = false;
  let grace: ReturnType<typeof setTimeout> | undefined;
  const settle = () => {
    clearTimeout(grace);
    grace = undefined;
  };
  const leaving = () => {
    spoken = greeted = false;
    isEmpty = true;
    settle();
    tell.show(false);
  };
  const load = () => {
    if (!greeted) {
      leaving();
      isEmpty = false;
      grace = setTimeout(tell.foreign, GRACE_MS);
    }
    greeted = false;
  };
  // Firefox has no `load` event for an error page: there the empty document just goes.
  const look = () => {
    const document = tell.document();
    if (document) isEmpty = true;
    else if (document === null && isEmpty) load();
  };
  const looking = setInterval(look, LOOK_MS);

  return {
    // This part may have come after the page that it is to look at: what was there first is known all the same.
    begin() {
      isEmpty = true;
    },
    said(greeting) {
      // A `ready` that follows is the same page's; it must not speak for the next one.
      if (greeting === 'loaded' || !spoken) greeted = !grace;
      spoken = true;
      isEmpty = false;
      settle();
      tell.show(true);
    },
    leaving,
    load,
    end() {
      settle();
      clearInterval(looking);
    },
  };
}
