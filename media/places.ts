/** The nodes that stand for a phrase (`data-phrase`, in the caption and the list) or a mask (`data-mask`, in the list). */
import type { PreviewRecord } from '../core/language/previewModel.ts';
import type { Skeleton } from './page/skeleton.ts';
import { sameTarget, type Target, targetOfMask } from './target.ts';

const isPlace = '[data-phrase], [data-mask]';

/** What the node, or the place around it, stands for. */
export function targetOfNode(record: PreviewRecord, node: EventTarget | null): Target | undefined {
  const place = node instanceof Element ? node.closest<HTMLElement>(isPlace) : null;
  if (place === null) return undefined;
  const { phrase, mask } = place.dataset;
  return phrase === undefined ? targetOfMask(record, Number(mask)) : { phrase: Number(phrase) };
}

/** Marks what is active and what the pointer or the keys are at, and makes one row of the list the stop of the Tab key. */
export function markPlaces(
  { caption, masks }: Skeleton,
  record: PreviewRecord,
  active: Target | undefined,
  hovered: Target | undefined,
): void {
  for (const list of [caption, masks]) {
    for (const node of list.querySelectorAll<HTMLElement>(isPlace)) {
      const own = targetOfNode(record, node);
      const isActive = active !== undefined && sameTarget(own, active);
      setClass(node, 'is-active', isActive);
      setClass(node, 'is-hovered', hovered !== undefined && sameTarget(own, hovered));
      const presses = list === masks ? node.firstElementChild : node;
      const pressed = String(isActive);
      if (presses?.getAttribute('aria-pressed') !== pressed) presses?.setAttribute('aria-pressed', pressed);
    }
  }
  const rows = [...masks.children];
  const stop = rows.find((node) => node.classList.contains('is-active')) ?? rows[0];
  for (const row of rows) {
    const main = row.firstElementChild as HTMLElement;
    const tabIndex = row === stop ? 0 : -1;
    if (main.tabIndex !== tabIndex) main.tabIndex = tabIndex;
  }
}

/** Only where it changes: a record may have a hundred rows, and a cursor moves often. */
function setClass(node: HTMLElement, name: string, on: boolean): void {
  if (node.classList.contains(name) !== on) node.classList.toggle(name, on);
}

/** A selector that finds the focused place again after its list was written anew. */
export function focusedPlace({ caption, masks }: Skeleton): string | undefined {
  const focused = document.activeElement;
  const inList = masks.contains(focused);
  if (!(focused instanceof HTMLElement) || !(caption.contains(focused) || inList)) return undefined;
  const place = focused.closest<HTMLElement>(isPlace);
  if (place === null) return undefined;
  const { phrase, mask } = place.dataset;
  const own = phrase === undefined ? `[data-mask="${Number(mask)}"]` : `[data-phrase="${Number(phrase)}"]`;
  if (!inList) return `.caption ${own}`;
  const { button } = focused.dataset;
  return `#masks ${own} ${button === undefined ? '.row-main' : `[data-button="${button}"]`}`;
}
