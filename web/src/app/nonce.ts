/** The nonce the server put into this page, as the Content-Security-Policy of the same answer names it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

/**
 * Gives the nonce to every style element that scripts of this page create. Ant Design passes it on to its own, but not to
 * the two small ones by which a dialog measures the scroll bar and keeps the page behind it still.
 */
export function nonceStyles() {
  if (!nonce) return;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
