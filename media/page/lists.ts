/** Pointer and focus on the caption and on the mask list: choosing, hovering, the rows' buttons, dragging a phrase to its place. */
import type { Skeleton } from './skeleton.ts';

export interface ListActions {
  choose(node: Element): void;
  /** Nothing where the pointer left. */
  hover(node: Element | undefined): void;
  /** Edit what the row stands for. */
  open(node: Element): void;
  menu(node: HTMLElement): void;
  eye(mask: number, alone: boolean): void;
  /** The phrase takes the place of phrase `to`. */
  move(phrase: number, to: number): void;
  phraseOf(node: Element): number | undefined;
}

export function listenToLists({ caption, masks }: Skeleton, signal: AbortSignal, actions: ListActions): void {
  for (const list of [caption, masks]) {
    const hoverOver = ({ target }: Event): void => actions.hover(target instanceof Element ? target : undefined);
    list.addEventListener('pointerover', hoverOver, { signal });
    list.addEventListener('focusin', hoverOver, { signal });
    list.addEventListener('pointerleave', () => actions.hover(undefined), { signal });
    list.addEventListener('focusout', () => actions.hover(undefined), { signal });
    list.addEventListener('dblclick', (event) => onDouble(event, list === masks, actions), { signal });
    list.addEventListener('contextmenu', (event) => onMenu(event, actions), { signal });
  }
  caption.addEventListener('click', (event) => onCaption(event, actions), { signal });
  masks.addEventListener('click', (event) => onRow(event, actions), { signal });
  listenToDragging(masks, signal, actions);
}

function placeOf({ target }: Event): HTMLElement | undefined {
  return (target instanceof Element && target.closest<HTMLElement>('[data-phrase], [data-mask]')) || undefined;
}

/** A click at the end of selecting words chooses nothing, so that the selection stays. */
function onCaption(event: MouseEvent, actions: ListActions): void {
  if (window.getSelection()?.isCollapsed === false && placeOf(event) === undefined) return;
  actions.choose(event.target as Element);
}

function onRow(event: MouseEvent, actions: ListActions): void {
  const row = placeOf(event);
  if (row === undefined) return;
  const button = (event.target as Element).closest<HTMLElement>('[data-button]');
  if (button?.dataset.button === 'eye') actions.eye(Number(row.dataset.mask), event.altKey);
  else if (button?.dataset.button === 'row-menu') actions.menu(button);
  else actions.choose(row);
}

function onDouble(event: MouseEvent, inList: boolean, actions: ListActions): void {
  const place = placeOf(event);
  const onButton = event.target instanceof Element && event.target.closest('[data-button]') !== null;
  if (place === undefined || onButton) return;
  if (!inList) window.getSelection()?.removeAllRanges();
  actions.open(place);
}

function onMenu(event: MouseEvent, actions: ListActions): void {
  const place = placeOf(event);
  if (place === undefined) return;
  event.preventDefault();
  // The key's own event comes from the page's keys.
  if (event.button === 2) actions.menu(place);
}

function listenToDragging(masks: HTMLElement, signal: AbortSignal, actions: ListActions): void {
  let dragged: number | undefined;
  const over = (event: DragEvent): HTMLElement | undefined => {
    const row = placeOf(event);
    return dragged === undefined || row === undefined || actions.phraseOf(row) === undefined ? undefined : row;
  };
  const unmark = (): void => {
    for (const row of masks.querySelectorAll('.is-drop')) row.classList.remove('is-drop');
  };
  masks.addEventListener(
    'dragstart',
    (event) => {
      const row = placeOf(event);
      dragged = row === undefined ? undefined : actions.phraseOf(row);
      if (dragged === undefined) event.preventDefault();
      else event.dataTransfer?.setData('text/plain', row?.innerText ?? '');
    },
    { signal },
  );
  masks.addEventListener(
    'dragover',
    (event) => {
      const row = over(event);
      if (row === undefined) return;
      event.preventDefault();
      unmark();
      row.classList.add('is-drop');
    },
    { signal },
  );
  masks.addEventListener(
    'drop',
    (event) => {
      const row = over(event);
      const to = row === undefined ? undefined : actions.phraseOf(row);
      unmark();
      if (dragged === undefined || to === undefined || to === dragged) return;
      event.preventDefault();
      actions.move(dragged, to);
    },
    { signal },
  );
  masks.addEventListener(
    'dragend',
    () => {
      dragged = undefined;
      unmark();
    },
    { signal },
  );
}
