/** The plots of a report, as plain data. */
import type { Curve } from '../masks/apCurve.ts';
import { RECALL_POINTS } from '../masks/apCurve.ts';
import { iouHistogram, type RecallGroup, recallByArea, recallByPhrase } from '../masks/breakdown.ts';
import type { GeneralisedEntry } from '../masks/generalised.ts';
import type { MeanIouEntry } from '../masks/miou.ts';
import type { PanopticEntry } from '../masks/panoptic.ts';
import type { RecallEntry } from '../masks/recall.ts';
import type { BarPlot, Plot } from './model.ts';

const BINS = 10;
/** Phrases that a plot names. */
const MOST_PHRASES = 15;
/** Longer phrases are shown together. */
const MOST_WORDS = 6;

/** Of captions with masks; what was not computed is left out. */
export function captionPlots(
  overlaps: readonly MeanIouEntry[] | undefined,
  curves: readonly Curve[] | undefined,
  recall: readonly RecallEntry[] | undefined,
): readonly Plot[] {
  const plots: Plot[] = [];
  if (overlaps !== undefined)
    plots.push(histogram('Overlap of true masks', 'true masks', iouHistogram(overlaps, BINS)));
  const curve = curves?.[0];
  if (curve !== undefined)
    plots.push({
      kind: 'curve',
      title: 'Precision over recall at an overlap of 0.5',
      xLabel: 'recall',
      yLabel: 'precision',
      points: curve.precision.map((precision, i) => [RECALL_POINTS[i]!, precision]),
    });
  if (recall !== undefined) {
    plots.push(shares('Recall by length of the phrase', 'words', recallByWords(recall)));
    plots.push(shares('Recall by phrase', 'phrase', recallByPhrase(recall).slice(0, MOST_PHRASES)));
    plots.push(
      shares('Recall by size of the mask', 'small < 32² ≤ medium < 96² ≤ large, in pixels', recallByArea(recall)),
    );
  }
  return plots;
}

export function referringPlots(expressions: readonly GeneralisedEntry[]): readonly Plot[] {
  const ious = expressions.filter(({ noTarget }) => !noTarget).map(({ iou }) => iou);
  return ious.length === 0 ? [] : [histogram('Overlap of expressions with a target', 'expressions', binned(ious))];
}

export function panopticPlots(images: readonly PanopticEntry[]): readonly Plot[] {
  return [histogram('Panoptic quality of images', 'images', binned(images.map(({ pq }) => pq)))];
}

function binned(values: readonly number[]): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(Math.floor(value * BINS), BINS - 1)]!++;
  return counts;
}

function histogram(title: string, yLabel: string, counts: readonly number[]): BarPlot {
  const bars = counts.map((value, i) => ({ label: `${i / BINS}–${(i + 1) / BINS}`, value }));
  return { kind: 'bars', title, measure: 'count', xLabel: 'overlap', yLabel, bars };
}

function shares(title: string, xLabel: string, groups: readonly RecallGroup[]): BarPlot {
  const bars = groups.map(({ name, recall, total }) => ({ label: name, value: recall, of: total }));
  return { kind: 'bars', title, measure: 'share', xLabel, yLabel: 'recall', bars };
}

/** Recall of phrases of one word, of two, and so on. */
function recallByWords(images: readonly RecallEntry[]): RecallGroup[] {
  const groups = Array.from({ length: MOST_WORDS }, () => ({ found: 0, total: 0 }));
  for (const { targets } of images) {
    for (const { label, found } of targets) {
      const words = wordCount(label ?? '');
      if (words === 0) continue;
      const group = groups[Math.min(words, MOST_WORDS) - 1]!;
      group.total++;
      if (found) group.found++;
    }
  }
  return groups.flatMap(({ found, total }, i) => {
    const name = i === MOST_WORDS - 1 ? `${MOST_WORDS} or more` : String(i + 1);
    return total === 0 ? [] : [{ name, found, total, recall: found / total }];
  });
}

function wordCount(text: string): number {
  let words = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const isBlank = text.charCodeAt(i) <= 32;
    if (!isBlank && !inside) words++;
    inside = !isBlank;
  }
  return words;
}
