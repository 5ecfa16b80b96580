/** Brings the items of a list into another order, with some taken out and new ones put in, by few edits of the source. */
import type { SpanEdit } from './position.ts';

/** What a list holds afterwards: an item that is there, by its index, or a new value. */
export type Arranged = number | { readonly value: unknown };

/** A list as it stands in a source. */
export interface ItemSlots {
  readonly count: number;
  /** An item as it is written, or a new one as it will be. */
  textOf(item: Arranged): string;
  /** Puts a text in an item's place. */
  replace(index: number, text: string): SpanEdit;
  /** Puts items before the one that is at `index` now, or behind the last one. */
  insert(index: number, texts: readonly string[]): SpanEdit;
  /** Takes items out, each with what parts it from those that stay. */
  remove(indices: ReadonlySet<number>): readonly SpanEdit[];
}

/**
 * The edits after which the list holds `items`. What stays at the list's beginning and end is not touched; in between
 * each place gets its new item, and places are added or removed at the end of that stretch.
 */
export function arrangeItems(slots: ItemSlots, items: readonly Arranged[]): readonly SpanEdit[] {
  const { count } = slots;
  const shorter = Math.min(count, items.length);
  let front = 0;
  while (front < shorter && items[front] === front) front++;
  let back = 0;
  while (back < shorter - front && items[items.length - 1 - back] === count - 1 - back) back++;
  const places = count - front - back;
  const wanted = items.slice(front, items.length - back);
  const edits: SpanEdit[] = [];
  for (let i = 0; i < Math.min(places, wanted.length); i++) {
    const item = wanted[i]!;
    if (item !== front + i) edits.push(slots.replace(front + i, slots.textOf(item)));
  }
  if (wanted.length > places)
    edits.push(
      slots.insert(
        front + places,
        wanted.slice(places).map((item) => slots.textOf(item)),
      ),
    );
  if (wanted.length < places) {
    const surplus = Array.from({ length: places - wanted.length }, (_, i) => front + wanted.length + i);
    for (const edit of slots.remove(new Set(surplus))) edits.push(edit);
  }
  return edits;
}
