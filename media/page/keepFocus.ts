/** The page's focus when its window has it again: where it was, so that keys go on to mean what they meant. */

/** The editor puts the focus on the body when it hands it back; `first` has it where nothing on the page had it before. */
export function keepFocus(root: HTMLElement, first: HTMLElement, signal: AbortSignal): void {
  let last: HTMLElement = first;
  root.addEventListener(
    'focusin',
    ({ target }) => {
      if (target instanceof HTMLElement && target !== root) last = target;
    },
    { signal },
  );
  window.addEventListener(
    'focus',
    () =>
      // A click that brings the window to the front says itself where the focus goes.
      setTimeout(() => {
        if (signal.aborted || document.activeElement !== document.body || !document.hasFocus()) return;
        (last.isConnected ? last : first).focus({ preventScroll: true });
      }),
    { signal },
  );
}
