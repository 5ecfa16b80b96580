/** The nodes that stand for a phrase (`data-phrase`, in the caption) or a mask (`data-mask`, in the list). */
import type { PreviewRecord } from '../core/language/previewModel.ts';
import type { Skeleton } from './skeleton.ts';
import { sameTarget, type Target, targetOfMask } from './target.ts';

/** What the node, or the place around it, stands for. */
export function targetOfNode(record: PreviewRecord, node: EventTarget | null): Target | undefined {
  const place = node instanceof Element ? node.closest<HTMLElement>('[data-phrase], [data-mask]') : null;
  if (place === null) return undefined;
  const { phrase, mask } = place.dataset;
  return phrase === undefined ? targetOfMask(record, Number(mask)) : { phrase: Number(phrase) };
}

/** Marks what is active and what the pointer or the keys are at, and makes one mask of the list the stop of the Tab key. */
export function markPlaces(
  { caption, masks }: Skeleton,
  record: PreviewRecord,
  active: Target | undefined,
  hovered: Target | undefined,
): void {
  for (const list of [caption, masks]) {
    for (const node of list.querySelectorAll<HTMLElement>('[data-phrase], [data-mask]')) {
      const own = targetOfNode(record, node);
      const isActive = active !== undefined && sameTarget(own, active);
      node.classList.toggle('is-active', isActive);
      node.classList.toggle('is-hovered', hovered !== undefined && sameTarget(own, hovered));
      node.setAttribute(list === masks ? 'aria-selected' : 'aria-pressed', String(isActive));
    }
  }
  const options = [...masks.querySelectorAll<HTMLElement>('[data-mask]')];
  const stop = options.find((node) => node.classList.contains('is-active')) ?? options[0];
  for (const node of options) node.tabIndex = node === stop ? 0 : -1;
}

/** A selector that finds the focused place again after its list was written anew. */
export function focusedPlace({ caption, masks }: Skeleton): string | undefined {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !(caption.contains(focused) || masks.contains(focused))) return undefined;
  const { phrase, mask } = focused.dataset;
  return phrase === undefined ? `[data-mask="${Number(mask)}"]` : `[data-phrase="${Number(phrase)}"]`;
}
