/** Labels and masks of a caption that stand beside it without a place in it: which words each of them means. */
import { type CaptionItem, findPhrase } from '../captionSpans.ts';
import { unitedMask } from '../coco/segmentation.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface LabelledMask {
  readonly label: string;
  readonly mask: Fields;
}

/**
 * Items for `groundPhrases`. Labels mostly stand in the order of the caption: where all of them are found so, these are their
 * places. Else each is looked for alone; one that the caption holds less often than the list is joined with its namesake.
 *
 * @returns The joined labels by the words of the list.
 */
export function captionItems(
  caption: string,
  list: readonly LabelledMask[],
): { readonly items: readonly CaptionItem[]; readonly joined: readonly string[] } {
  const lower = caption.toLowerCase();
  // Lower case may be longer, as of "İ": offsets into it would then not be the caption's.
  if (lower.length === caption.length) {
    const places = placesInOrder(lower, list);
    if (places !== undefined) {
      const offset = codePointOffsets(caption);
      const items = list.map(({ label, mask }, i): CaptionItem => {
        const [start, end] = places[i]!;
        return { phrase: label, offsets: [offset(start), offset(end)], mask: { ...mask, label } };
      });
      return { items, joined: [] };
    }
  }
  return joinedNamesakes(lower, list);
}

function placesInOrder(
  lower: string,
  list: readonly LabelledMask[],
): readonly (readonly [start: number, end: number])[] | undefined {
  const places: (readonly [number, number])[] = [];
  let at = 0;
  for (const { label } of list) {
    const span = findPhrase(lower, label.toLowerCase(), undefined, at);
    if (span === undefined) return undefined;
    places.push([span.start, span.end]);
    at = span.end;
  }
  return places;
}

function joinedNamesakes(lower: string, list: readonly LabelledMask[]) {
  const named = new Map<string, { readonly label: string; readonly masks: Fields[]; free: number }[]>();
  const groups: { readonly label: string; readonly masks: Fields[]; free: number }[] = [];
  const joined: string[] = [];
  for (const { label, mask } of list) {
    const key = label.trim().toLowerCase();
    const same = named.get(key) ?? [];
    const free = same[0]?.free ?? occurrences(lower, key);
    const last = same[same.length - 1];
    if (last !== undefined && same.length >= free) {
      last.masks.push(mask);
      joined.push(label);
      continue;
    }
    const group = { label, masks: [mask], free };
    named.set(key, [...same, group]);
    groups.push(group);
  }
  const items = groups.map(({ label, masks }): CaptionItem => {
    const united = unitedMask(masks);
    return { phrase: label, mask: { ...(united.ok ? united.value : masks[0]!), label } };
  });
  return { items, joined };
}

function occurrences(lower: string, words: string): number {
  let count = 0;
  for (let span = findPhrase(lower, words); span !== undefined; span = findPhrase(lower, words, undefined, span.end))
    count++;
  return count;
}

/** Offsets as Python counts them, of growing UTF-16 offsets. */
function codePointOffsets(text: string): (offset: number) => number {
  let [at, count] = [0, 0];
  return (offset) => {
    for (; at < offset; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
    return count;
  };
}
