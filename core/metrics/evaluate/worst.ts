import type { WorstRecord } from '../report/model.ts';
import { counted } from '../report/numbers.ts';
import type { Measured } from './measure.ts';

/** How many records a report names. */
export const MOST_WORST = 100;

/** A mask that overlaps by less is as good as not found. */
const HALF = 0.5;

/** The records that score least, the worst first; of equals the first in the file. Perfect ones are left out. */
export function worstRecords(measured: readonly Measured[], most: number = MOST_WORST): readonly WorstRecord[] {
  return measured
    .flatMap((each) => judged(each) ?? [])
    .filter(({ score }) => score < 1)
    .sort((a, b) => a.score - b.score)
    .slice(0, most);
}

function judged(measured: Measured): WorstRecord | undefined {
  const { id, reference, prediction, image, caption, referring, panoptic } = measured;
  const place = { id, reference, ...(prediction && { prediction }), ...(image !== undefined && { image }) };
  if (caption?.miou !== undefined) {
    const { ious, missed, extra } = caption.miou;
    const pairs = ious.length + missed + extra;
    const score = pairs === 0 ? 1 : sum(ious) / pairs;
    const found = ious.filter((iou) => iou >= HALF).length;
    return { ...place, set: caption.set, score, why: foundWords(found, ious.length + missed, 'mask', extra) };
  }
  if (referring !== undefined) {
    const { generalised: expressions, set } = referring;
    const score = expressions.length === 0 ? 1 : sum(expressions.map(({ iou }) => iou)) / expressions.length;
    const found = expressions.filter(({ iou }) => iou >= HALF).length;
    return { ...place, set, score, why: foundWords(found, expressions.length, 'expression', 0) };
  }
  if (panoptic !== undefined) {
    const tallies = panoptic.entry.tallies;
    const [tp, fp, fn] = [sum(tallies.map((t) => t.tp)), sum(tallies.map((t) => t.fp)), sum(tallies.map((t) => t.fn))];
    const score = tp + fp + fn === 0 ? 1 : panoptic.entry.pq;
    return { ...place, set: 'panoptic', score, why: foundWords(tp, tp + fn, 'mask', fp) };
  }
  return undefined;
}

function foundWords(found: number, all: number, noun: string, extra: number): string {
  const words = [`${found} of ${counted(all, noun)} found`];
  if (extra > 0) words.push(`${extra} too many`);
  return words.join(', ');
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
