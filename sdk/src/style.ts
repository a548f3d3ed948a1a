/** Inline styles through the CSSOM, so that a strict Content-Security-Policy of the page allows them. */

/** Adds declarations, each with its semicolon; no style sheet of the page wins against them. */
export function css(element: HTMLElement, declarations: string): void {
  element.style.cssText += declarations.replace(/;/g, '!important;');
}
