/** How far two annotators agree: on what is there, on its words, and on its pixels. */

import type { RunLengthMask } from '../masks/foreground.ts';
import { area, intersectionArea, iou, sameSize } from '../masks/geometry.ts';
import type { RecordModel } from '../records/recordModel.ts';
import { deniedReferents } from '../records/unanswered.ts';
import { looseKey } from '../text/sameReferent.ts';

/** Masks that overlap by so much are of one object, as the paper's mask recall has it. */
export const SAME_MASK = 0.5;

/** What became of the phrases of two records of one task. Pairs count once. */
export interface SegmentCounts {
  /** Phrases with a `[SEG]` of the first and the second annotator. */
  readonly first: number;
  readonly second: number;
  /** Same words, same mask. */
  readonly agreed: number;
  /** Same mask, other words. */
  readonly otherWords: number;
  /** Same words, another mask. */
  readonly otherMask: number;
}

export interface RecordAgreement extends SegmentCounts {
  /** The share of phrases whose words and mask both have: 2 · agreed / (first + second); 1 where neither has any. */
  readonly agreement: number;
  /** Intersections over union of what both named alike. */
  readonly ious: readonly number[];
  /** Cohen's kappa of the pixels of what both named alike. */
  readonly kappas: readonly number[];
  /** Referents that both judged: present for both, for the first alone, for the second alone, for neither. */
  readonly verdicts: Verdicts;
}

export type Verdicts = readonly [both: number, first: number, second: number, neither: number];

interface Segment {
  readonly key: string;
  readonly mask: RunLengthMask | undefined;
}

interface Pair {
  readonly i: number;
  readonly j: number;
  readonly sameWords: boolean;
  readonly iou: number;
}

/** Compares two annotations of one task. Words are the same where case, articles, plurals and punctuation are all that differs. */
export function recordAgreement(a: RecordModel, b: RecordModel): RecordAgreement {
  const [first, second] = [segmentsOf(a), segmentsOf(b)];
  let [agreed, otherWords, otherMask] = [0, 0, 0];
  const ious: number[] = [];
  const kappas: number[] = [];
  for (const pair of matched(first, second)) {
    if (!pair.sameWords) {
      otherWords++;
      continue;
    }
    if (pair.iou >= SAME_MASK) agreed++;
    else otherMask++;
    const [own, other] = [first[pair.i]!.mask, second[pair.j]!.mask];
    if (own === undefined || other === undefined || !sameSize(own, other)) continue;
    ious.push(pair.iou);
    const kappa = pixelKappa(own, other);
    if (kappa !== null) kappas.push(kappa);
  }
  const all = first.length + second.length;
  return {
    first: first.length,
    second: second.length,
    agreed,
    otherWords,
    otherMask,
    agreement: all === 0 ? 1 : (2 * agreed) / all,
    ious,
    kappas,
    verdicts: verdictsOf(a, b),
  };
}

/**
 * Cohen's kappa (1960) of two yes-or-no judgements, from how often both said yes, one alone, and neither: 1 for full
 * agreement, 0 for chance; `null` where all judgements are the same, so that chance alone would agree.
 */
export function cohensKappa([both, first, second, neither]: Verdicts): number | null {
  const count = both + first + second + neither;
  if (count === 0) return null;
  const observed = (both + neither) / count;
  const yes = ((both + first) / count) * ((both + second) / count);
  const no = ((second + neither) / count) * ((first + neither) / count);
  const chance = yes + no;
  return chance === 1 ? null : (observed - chance) / (1 - chance);
}

function pixelKappa(a: RunLengthMask, b: RunLengthMask): number | null {
  const both = intersectionArea(a, b);
  const [own, other] = [area(a) - both, area(b) - both];
  return cohensKappa([both, own, other, a.height * a.width - both - own - other]);
}

function segmentsOf(record: RecordModel): readonly Segment[] {
  return record.segs.map(({ seg }, i) => {
    const reading = record.reading(i);
    return { key: looseKey(seg.phrase?.text ?? ''), mask: reading.ok ? reading.mask : undefined };
  });
}

/** Each segment in one pair at most: those that agree in words and mask first, then in the mask, then in the words. */
function matched(first: readonly Segment[], second: readonly Segment[]): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const [i, a] of first.entries()) {
    for (const [j, b] of second.entries()) {
      const sameWords = a.key !== '' && a.key === b.key;
      const shared = a.mask === undefined || b.mask === undefined ? 0 : Math.max(0, iou(a.mask, b.mask));
      if (sameWords || shared >= SAME_MASK) pairs.push({ i, j, sameWords, iou: shared });
    }
  }
  pairs.sort((a, b) => rank(b) - rank(a) || b.iou - a.iou || a.i - b.i || a.j - b.j);
  const taken = [new Set<number>(), new Set<number>()] as const;
  return pairs.filter(({ i, j }) => {
    if (taken[0].has(i) || taken[1].has(j)) return false;
    taken[0].add(i);
    taken[1].add(j);
    return true;
  });
}

function rank({ sameWords, iou: shared }: Pair): number {
  if (shared < SAME_MASK) return 0;
  return sameWords ? 2 : 1;
}

function verdictsOf(a: RecordModel, b: RecordModel): Verdicts {
  const [first, second] = [judgementsOf(a), judgementsOf(b)];
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (const [key, present] of first) {
    const other = second.get(key);
    if (other === undefined) continue;
    if (present) counts[other ? 0 : 1]++;
    else counts[other ? 2 : 3]++;
  }
  return counts;
}

/** Each referent of a record, and whether it is there. */
function judgementsOf(record: RecordModel): ReadonlyMap<string, boolean> {
  const judgements = new Map<string, boolean>();
  for (const turn of record.answers)
    for (const referent of deniedReferents(record, turn)) judgements.set(looseKey(referent.text), false);
  for (const { phrase } of record.phrases) if (phrase.segs.length > 0) judgements.set(looseKey(phrase.text), true);
  judgements.delete('');
  return judgements;
}
