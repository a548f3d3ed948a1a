/** Style rules for the whole page: in no attribute that a copy of the page would keep, and gone when they are no longer needed. */

/** Browsers that cannot make a style sheet (Safari before 16.4) do without: there the page scrolls beneath the widget, and is a little darker. */
export function rules(css: string): () => void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    };
  } catch {
    return () => {};
  }
}
