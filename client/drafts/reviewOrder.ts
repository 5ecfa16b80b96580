/** The order in which drafts are reviewed. */

/** A draft without a decision: one that waits in the store, or one that stands in a file. */
export interface Undecided {
  /** The key in the store; absent for one that stands in the file. */
  readonly key?: string;
  /** The document's address. */
  readonly document: string;
  /** The record's position in its file, from 0: of a draft in the store as it was when it was asked for. */
  readonly record: number;
}

/** A place among the drafts, which may itself be gone by now. */
export type ReviewPlace = Undecided;

/** By document, then in the order of the file; of one record first what stands in it. */
export function inReviewOrder<Item extends Undecided>(drafts: readonly Item[]): readonly Item[] {
  return [...drafts].sort(compare);
}

/** The draft `by` a place, from the other end where none is left; `undefined` where there is none at all. */
export function neighbour<Item extends Undecided>(
  ordered: readonly Item[],
  place: ReviewPlace,
  by: 1 | -1,
): Item | undefined {
  if (by === 1) return ordered.find((draft) => compare(draft, place) > 0) ?? ordered[0];
  return ordered.findLast((draft) => compare(draft, place) < 0) ?? ordered.at(-1);
}

export function isSamePlace(a: Undecided, b: Undecided): boolean {
  return compare(a, b) === 0;
}

function compare(a: Undecided, b: Undecided): number {
  return compareText(a.document, b.document) || a.record - b.record || compareText(a.key ?? '', b.key ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
