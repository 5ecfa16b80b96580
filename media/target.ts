/** What is lit up: a phrase with its masks, or a mask that no phrase owns. */
import type { PreviewRecord } from '../core/language/previewModel.ts';

export type Target = { readonly phrase: number } | { readonly mask: number };

export function sameTarget(a: Target | undefined, b: Target | undefined): boolean {
  return phraseOf(a) === phraseOf(b) && leftOverMaskOf(a) === leftOverMaskOf(b);
}

export function phraseOf(target: Target | undefined): number | undefined {
  return target !== undefined && 'phrase' in target ? target.phrase : undefined;
}

function leftOverMaskOf(target: Target | undefined): number | undefined {
  return target !== undefined && 'mask' in target ? target.mask : undefined;
}

/** The mask's phrase, or the mask itself where it has none. */
export function targetOfMask(record: PreviewRecord, mask: number): Target {
  const phrase = record.masks[mask]?.phrase;
  return phrase === undefined ? { mask } : { phrase };
}

/** The indices of the masks that light up with the target. */
export function masksOf(record: PreviewRecord, target: Target | undefined): ReadonlySet<number> {
  const lit = new Set<number>();
  if (target === undefined) return lit;
  for (const index of record.masks.keys()) {
    if (sameTarget(targetOfMask(record, index), target)) lit.add(index);
  }
  return lit;
}

/** Every target in the order in which the keys go through them: the phrases, then the masks left over. */
export function allTargets(record: PreviewRecord): Target[] {
  const phrases = record.turns.flatMap((turn) =>
    turn.parts.flatMap((part) => (part.kind === 'phrase' ? [{ phrase: part.phrase }] : [])),
  );
  const leftOver = [...record.masks.keys()].map((mask) => targetOfMask(record, mask)).filter((each) => 'mask' in each);
  return [...phrases, ...leftOver];
}
