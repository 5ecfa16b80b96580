// Scores the files of maskMetrics.bench.ts in a process of its own; prints numbers and seconds as one JSON object.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCounts, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { Accumulator, type Entry, type Metric } from '../../core/metrics/masks/accumulator.ts';
import { averagePrecision } from '../../core/metrics/masks/ap.ts';
import type { Example, MaskExample } from '../../core/metrics/masks/example.ts';
import { generalisedReferring } from '../../core/metrics/masks/generalised.ts';
import { meanIou } from '../../core/metrics/masks/miou.ts';
import { type PanopticExample, panopticQuality } from '../../core/metrics/masks/panoptic.ts';
import { maskRecall } from '../../core/metrics/masks/recall.ts';
import { referring } from '../../core/metrics/masks/referring.ts';
import type { TextSimilarity } from '../../core/metrics/masks/textSimilarity.ts';

interface StoredMask {
  readonly size: readonly [number, number];
  readonly counts: string;
}

interface StoredAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly segmentation: StoredMask;
  readonly area: number;
  readonly iscrowd: 0 | 1;
  readonly score?: number;
}

interface StoredSegment {
  readonly id: number;
  readonly category: number;
  readonly mask: StoredMask;
}

interface StoredPanoptic {
  readonly id: number;
  readonly truth: readonly StoredSegment[];
  readonly predictions: readonly StoredSegment[];
}

const folder = process.argv[2]!;
const seconds: Record<string, number> = {};

/** The gate of both sides: the same text. */
const equalTexts: TextSimilarity = {
  name: 'equal',
  gated: true,
  similarity: (label, phrase) => (label === phrase ? 1 : 0),
};

const images = timed('reading', readImages);
const panoptic = timed('reading panoptic', readPanoptic);
const ap = scored('AP', averagePrecision('paper'), images);
const { mIoU } = scored('mIoU', meanIou('paper'), images);
const { recall } = scored('mask recall', maskRecall('paper', equalTexts), images);
const pairs = scored('cIoU, gIoU', referring('paper', 'each'), images.map(asReferring));
const gres = scored('generalised', generalisedReferring('paper', 'rela'), images.map(asGeneralised));
const categories = [1, 2, 3].map((id) => ({ id, isThing: id < 3 }));
const pq = scored('PQ', panopticQuality('paper', categories), panoptic);

const summary = Object.fromEntries(ap.summary.map((value, i) => [`AP summary ${i + 1}`, value]));
const numbers = {
  ...summary,
  mIoU,
  'mask recall': recall,
  cIoU: pairs.cIoU,
  gIoU: pairs.gIoU,
  'GRES gIoU': gres.gIoU,
  'GRES cIoU': gres.cIoU,
  'N-acc': gres.nAcc,
  'T-acc': gres.tAcc,
  'Pr@0.7': gres.precisionAt[0]!.share,
  PQ: pq.all.pq,
  SQ: pq.all.sq,
  RQ: pq.all.rq,
  'PQ of things': pq.things.pq,
  'PQ of stuff': pq.stuff.pq,
};
console.log(`\n${JSON.stringify({ numbers, seconds })}`);

function timed<T>(stage: string, work: () => T): T {
  const started = performance.now();
  const result = work();
  seconds[stage] = (performance.now() - started) / 1000;
  return result;
}

function scored<Input extends Example, Kept extends Entry, Result>(
  stage: string,
  metric: Metric<Input, Kept, Result>,
  examples: readonly Input[],
): Result {
  return timed(stage, () => {
    const accumulator = new Accumulator(metric);
    for (const example of examples) accumulator.add(example);
    return accumulator.result();
  });
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

function maskOf({ size, counts }: StoredMask): RunLengthMask {
  const runs = decodeCounts(counts);
  if (!runs.ok) throw new Error(runs.message);
  return { height: size[0], width: size[1], counts: runs.value };
}

function readImages(): MaskExample[] {
  const truth = read<{ annotations: StoredAnnotation[] }>('truth.json').annotations;
  const predictions = read<StoredAnnotation[]>('predictions.json');
  const captions = read<{ id: number; labels: string[]; phrases: string[] }[]>('captions.json');
  const examples = captions.map(({ id, labels, phrases }, order) => ({
    id,
    order,
    labels,
    phrases,
    truth: [] as MaskExample['truth'][number][],
    predictions: [] as MaskExample['predictions'][number][],
  }));
  const byId = new Map(examples.map((example) => [example.id, example]));
  for (const { id, image_id, segmentation, area, iscrowd } of truth) {
    byId.get(image_id)!.truth.push({ mask: maskOf(segmentation), annotation: id, area, crowd: iscrowd === 1 });
  }
  for (const { image_id, segmentation, score } of predictions) {
    byId.get(image_id)!.predictions.push({ mask: maskOf(segmentation), ...(score !== undefined && { score }) });
  }
  return examples;
}

function readPanoptic(): PanopticExample[] {
  const segment = ({ id, category, mask }: StoredSegment) => ({ id, category, mask: maskOf(mask) });
  return read<StoredPanoptic[]>('panoptic.json').map(({ id, truth, predictions }, order) => ({
    id,
    order,
    truth: truth.map(segment),
    predictions: predictions.map(segment),
  }));
}

function asReferring({ id, order, truth, predictions }: MaskExample) {
  return { id, order, targets: truth.map(({ mask }) => [mask]), predictions: predictions.map(({ mask }) => mask) };
}

/** Two things are referred to, in every fifth image none; every sixth answer denies. */
function asGeneralised({ id, order, truth, predictions }: MaskExample) {
  const noTarget = order % 5 === 0;
  const first = (list: readonly { readonly mask: RunLengthMask }[]) => list.slice(0, 2).map(({ mask }) => mask);
  return {
    id,
    order,
    targets: noTarget ? [] : first(truth),
    predictions: first(predictions),
    noTarget,
    saysNoTarget: order % 6 === 0,
  };
}
