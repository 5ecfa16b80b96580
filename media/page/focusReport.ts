/** Tells the extension where the page's focus is, so that single keys are tools at the picture and letters in a field. */
import type { FromPreview } from '../protocol.ts';

type Focus = Extract<FromPreview, { type: 'focus' }>;

/** Sends each change; `drawing` says whether a mask is in work. Returns what asks once more. */
export function reportFocus(
  root: HTMLElement,
  signal: AbortSignal,
  drawing: () => boolean,
  send: (focus: Focus) => void,
): () => void {
  let last = '';
  const report = (): void => {
    const focus: Focus = { type: 'focus', on: focusedOn(root), drawing: drawing() };
    const key = `${focus.on} ${focus.drawing}`;
    if (key === last) return;
    last = key;
    send(focus);
  };
  // Between two nodes the focus is on none: wait until it has arrived.
  const soon = (): void => queueMicrotask(report);
  for (const type of ['focusin', 'focusout'] as const) root.addEventListener(type, soon, { signal });
  for (const type of ['focus', 'blur'] as const) window.addEventListener(type, soon, { signal });
  return report;
}

function focusedOn(root: HTMLElement): Focus['on'] {
  if (!document.hasFocus()) return 'elsewhere';
  const node = deepActive();
  if (isField(node)) return 'field';
  const outer = document.activeElement;
  const isAside = outer?.closest('dialog, [role="menu"]') != null;
  const isEmpty = root.querySelector('#filled')?.hasAttribute('hidden') === true;
  return isAside || isEmpty ? 'elsewhere' : 'picture';
}

/** The components keep their own controls inside. */
function deepActive(): Element | null {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement != null) node = node.shadowRoot.activeElement;
  return node;
}

const noText = new Set(['range', 'checkbox', 'radio', 'button', 'submit', 'reset']);

function isField(node: Element | null): boolean {
  if (node instanceof HTMLInputElement) return !noText.has(node.type);
  return node instanceof HTMLTextAreaElement || (node instanceof HTMLElement && node.isContentEditable);
}
