/** Holds the page still beneath the widget. Several sessions share one hold. */

let holders = 0;
let undo = () => {};

/** Returns the release; call it once. */
export function holdScroll(): () => void {
  if (!holders++) undo = hold();
  return () => {
    if (!--holders) undo();
  };
}

function hold(): () => void {
  const root = document.documentElement;
  // The viewport takes its overflow from <body> unless <html> has one; setting the other would make the page jump.
  const source = getComputedStyle(root).overflowY === 'visible' ? document.body : root;
  const { scrollX, scrollY } = window;
  const { clientWidth } = root;
  const restore = [set(source, 'overflow-x', 'hidden'), set(source, 'overflow-y', 'hidden')];
  // Where the space is still taken (scrollbar-gutter), nothing needs to fill it.
  const gained = root.clientWidth - clientWidth;
  if (gained > 0) {
    restore.push(set(root, 'padding-right', `calc(${getComputedStyle(root).paddingRight} + ${gained}px)`));
  }
  return () => {
    for (const back of restore.reverse()) back();
    window.scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' });
  };
}

/** Sets an inline property and returns what puts the former one back, down to an absent style attribute. */
function set(element: HTMLElement, name: string, value: string): () => void {
  const { style } = element;
  const bare = !element.hasAttribute('style');
  const former = style.getPropertyValue(name);
  const priority = style.getPropertyPriority(name);
  style.setProperty(name, value, 'important');
  return () => {
    // An empty value takes the property away. Chromium writes the attribute when it is read, and so even after it was removed.
    style.setProperty(name, former, priority);
    if (bare && !element.getAttribute('style')) element.removeAttribute('style');
  };
}
