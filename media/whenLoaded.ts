/** Calls back when messages reach the page: while a page is loaded anew the editor still sends them to the one before. */
export function whenLoaded(tell: () => void): void {
  if (document.readyState === 'complete') tell();
  else window.addEventListener('load', () => setTimeout(tell, 0), { once: true });
}
