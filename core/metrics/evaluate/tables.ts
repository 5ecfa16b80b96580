/** Makes the tables of a report from what was measured. */
import { Accumulator, type DataNote, type Entry, type Metric } from '../masks/accumulator.ts';
import { averagePrecision } from '../masks/ap.ts';
import type { Example } from '../masks/example.ts';
import { generalisedReferring } from '../masks/generalised.ts';
import { meanIou } from '../masks/miou.ts';
import { panopticQuality } from '../masks/panoptic.ts';
import { maskRecall } from '../masks/recall.ts';
import { referring } from '../masks/referring.ts';
import { semanticQuality } from '../masks/semantic.ts';
import type { TextSimilarity } from '../masks/textSimilarity.ts';
import type { ReportNote, Score, ScoreTable } from '../report/model.ts';
import { captionPlots, panopticPlots, referringPlots } from '../report/plots.ts';
import { publishedRows } from '../report/published.ts';
import { captionScores } from './captionScorer.ts';
import type { NamedCategory } from './categories.ts';
import type { Measured, MeasuredCaption, MeasuredPanoptic, MeasuredReferring } from './measure.ts';
import { type MetricName, type Plan, wants } from './plan.ts';
import { SETS, type SetName } from './work.ts';

export interface Tables {
  readonly tables: readonly ScoreTable[];
  readonly notes: readonly ReportNote[];
}

export const TITLES: Readonly<Record<SetName, string>> = {
  gcg: 'Grounded captions',
  'mgsc-root': 'Panoptic SegCap',
  'mgsc-subtree': 'Fine-grained SegCap',
  'mgsc-all': 'Panoptic and fine-grained SegCap',
  region: 'Region captions',
  referring: 'Referring segmentation',
  semantic: 'Semantic segmentation',
  reasoning: 'Reasoning segmentation',
  panoptic: 'Panoptic segmentation',
};

const LONE_CAPTION =
  'CIDEr weighs words by how rare they are among the references of the set, so that one image alone scores 0: score it together with others.';

/** The tables of the sets that occur, in the order of `SETS`. */
export function tablesOf(measured: readonly Measured[], plan: Plan, similarity: TextSimilarity): Tables {
  const maker = new TableMaker(plan, similarity);
  const captions = captionSets(measured);
  const referringSets = groupBy(measured.flatMap(({ referring }) => referring ?? []));
  const panoptic = measured.flatMap((each) => each.panoptic ?? []);
  for (const set of SETS) {
    const images = captions.get(set);
    if (images !== undefined) maker.captions(set, images);
    const expressions = referringSets.get(set);
    if (expressions !== undefined) maker.referring(set, expressions);
    if (set === 'panoptic' && panoptic.length > 0) maker.panoptic(panoptic);
  }
  return maker;
}

/** The captions of each set; root and parts together make a set of their own where it is not given by itself. */
function captionSets(measured: readonly Measured[]): ReadonlyMap<SetName, readonly MeasuredCaption[]> {
  const sets = groupBy(measured.flatMap(({ caption }) => caption ?? []));
  const [root, parts] = [sets.get('mgsc-root'), sets.get('mgsc-subtree')];
  if (root !== undefined && parts !== undefined && !sets.has('mgsc-all')) sets.set('mgsc-all', [...root, ...parts]);
  return sets;
}

function groupBy<Item extends { readonly set: SetName }>(items: readonly Item[]): Map<SetName, Item[]> {
  const groups = new Map<SetName, Item[]>();
  for (const item of items) {
    const group = groups.get(item.set);
    if (group === undefined) groups.set(item.set, [item]);
    else group.push(item);
  }
  return groups;
}

class TableMaker implements Tables {
  readonly tables: ScoreTable[] = [];
  readonly notes: ReportNote[] = [];
  private set: SetName = 'gcg';
  private scores: Score[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly similarity: TextSimilarity,
  ) {}

  captions(set: SetName, images: readonly MeasuredCaption[]): void {
    this.begin(set);
    const texts = captionScores(images.flatMap((image) => image.texts ?? []));
    if (texts.meteor !== undefined) this.score('meteor', 'METEOR', texts.meteor);
    if (texts.cider !== undefined) {
      this.score('cider', 'CIDEr', texts.cider);
      if (images.length === 1) this.notes.push({ set, metric: 'CIDEr', count: 0, examples: [], message: LONE_CAPTION });
    }
    const ap = images.flatMap((image) => image.ap ?? []);
    const precision = ap.length === 0 ? undefined : merged(averagePrecision(this.plan.protocol), ap);
    if (precision !== undefined) {
      this.score('ap50', 'AP50', precision.AP50);
      this.score('ap', 'AP', precision.AP);
      this.note('AP', precision.notes);
    }
    const miou = images.flatMap((image) => image.miou ?? []);
    const overlap = miou.length === 0 ? undefined : merged(meanIou(this.plan.protocol), miou);
    if (overlap !== undefined) {
      this.score('miou', 'mIoU', overlap.mIoU);
      if (wants(this.plan, 'miou')) this.note('mIoU', overlap.notes);
    }
    const recalled = images.flatMap((image) => image.recall ?? []);
    const recall =
      recalled.length === 0 ? undefined : merged(maskRecall(this.plan.protocol, this.similarity), recalled);
    if (recall !== undefined) {
      this.score('recall', 'Recall', recall.recall);
      this.note('Recall', recall.notes);
    }
    this.end('images', images.length, captionPlots(overlap?.perImage, precision?.curves, recall?.perImage));
  }

  referring(set: SetName, records: readonly MeasuredReferring[]): void {
    this.begin(set);
    const { protocol } = this.plan;
    const overlaps = merged(
      referring(protocol, 'joined'),
      records.flatMap((record) => record.overlaps),
    );
    const entries = records.flatMap((record) => record.generalised);
    const generalised = merged(generalisedReferring(protocol, 'rela'), entries);
    this.score('ciou', 'cIoU', overlaps.cIoU);
    this.score('giou', 'gIoU', overlaps.gIoU);
    this.score('ciou', 'cIoU (GRES)', generalised.cIoU);
    this.score('giou', 'gIoU (GRES)', generalised.gIoU);
    this.score('n-acc', 'N-acc', generalised.nAcc);
    this.score('t-acc', 'T-acc', generalised.tAcc);
    for (const { iou, share } of generalised.precisionAt) this.score('pr', `Pr@${iou}`, share);
    this.note('cIoU and gIoU', overlaps.notes);
    this.note('generalised referring', generalised.notes);
    this.end('expressions', entries.length, referringPlots(generalised.perExample));
  }

  panoptic(images: readonly MeasuredPanoptic[]): void {
    this.begin('panoptic');
    const metric = panopticQuality(this.plan.protocol, categoriesOf(images));
    const { all, things, stuff, notes, perImage } = merged(
      metric,
      images.map(({ entry }) => entry),
    );
    for (const [suffix, quality] of [
      ['', all],
      [' things', things],
      [' stuff', stuff],
    ] as const) {
      this.score('pq', `PQ${suffix}`, quality.pq);
      this.score('sq', `SQ${suffix}`, quality.sq);
      this.score('rq', `RQ${suffix}`, quality.rq);
    }
    this.note('PQ', notes);
    // How many classes there are is known where they are measured, and every class that occurs is among these.
    const byClass = merged(
      semanticQuality(this.plan.protocol, classCount(images)),
      images.map(({ classes }) => classes),
    );
    this.score('pq', 'PQ of classes', byClass.pq);
    this.score('miou', 'mIoU of classes', byClass.mIoU);
    if (wants(this.plan, 'pq')) this.note('PQ of classes', byClass.notes);
    this.end('images', images.length, panopticPlots(perImage));
  }

  private begin(set: SetName): void {
    this.set = set;
    this.scores = [];
  }

  private score(metric: MetricName, name: string, value: number | undefined): void {
    if (wants(this.plan, metric)) this.scores.push({ metric, name, value: value ?? null });
  }

  private note(metric: string, notes: readonly DataNote[]): void {
    for (const { count, examples, message } of notes)
      this.notes.push({ set: this.set, metric, count, examples, message });
  }

  private end(unit: ScoreTable['unit'], examples: number, plots: ScoreTable['plots']): void {
    if (this.scores.length === 0) return;
    const names = new Set(this.scores.map(({ name }) => name));
    const published = publishedRows(this.set).filter(({ figures }) =>
      Object.keys(figures).some((name) => names.has(name)),
    );
    this.tables.push({
      set: this.set,
      title: TITLES[this.set],
      examples,
      unit,
      scores: this.scores,
      published,
      plots,
    });
  }
}

function merged<Input extends Example, Kept extends Entry, Result>(
  metric: Metric<Input, Kept, Result>,
  entries: readonly Kept[],
): Result {
  const accumulator = new Accumulator(metric);
  accumulator.merge({ entries });
  return accumulator.result();
}

/** One more than the last class that has a pixel. */
function classCount(images: readonly MeasuredPanoptic[]): number {
  let count = 0;
  for (const { classes } of images) for (const { category } of classes.pixels) count = Math.max(count, category + 1);
  return count;
}

/** Every category that occurs, once. A name that is numbered anywhere is a thing. */
function categoriesOf(images: readonly MeasuredPanoptic[]): readonly NamedCategory[] {
  const categories = new Map<number, NamedCategory>();
  for (const image of images) {
    for (const category of image.categories) {
      if (category.isThing || !categories.has(category.id)) categories.set(category.id, category);
    }
  }
  return [...categories.values()];
}
