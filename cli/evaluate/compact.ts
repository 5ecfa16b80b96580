/** Makes what is kept of each image small: of a hundred thousand of them all is in memory until the report is made. */
import type { Measured, MeasuredCaption } from '../../core/metrics/evaluate/measure.ts';
import type { Place, Problem } from '../../core/metrics/evaluate/work.ts';
import type { ApEntry } from '../../core/metrics/masks/ap.ts';
import type { ExampleId } from '../../core/metrics/masks/example.ts';
import type { MeanIouEntry } from '../../core/metrics/masks/miou.ts';
import type { RecallEntry } from '../../core/metrics/masks/recall.ts';

/**
 * The same with the numbers of all images in two arrays, of which each has its part: an array of its own costs ten times
 * what it holds. Parts stay parts when they are sent to another thread together.
 */
export function packed(measured: readonly Measured[]): readonly Measured[] {
  let [wide, narrow] = [0, 0];
  for (const { caption } of measured) {
    wide += (caption?.ap?.scores.length ?? 0) + (caption?.texts?.meteor?.length ?? 0);
    narrow += caption?.ap?.outcomes.length ?? 0;
  }
  if (wide + narrow === 0) return measured;
  const wides = new Float64Array(wide);
  const narrows = new Uint32Array(narrow);
  [wide, narrow] = [0, 0];
  const doubles = (numbers: Float64Array) => {
    wides.set(numbers, wide);
    wide += numbers.length;
    return wides.subarray(wide - numbers.length, wide);
  };
  const words = (numbers: Uint32Array) => {
    narrows.set(numbers, narrow);
    narrow += numbers.length;
    return narrows.subarray(narrow - numbers.length, narrow);
  };
  return measured.map((each) => {
    const { ap, texts } = each.caption ?? {};
    if (each.caption === undefined) return each;
    const caption: MeasuredCaption = {
      ...each.caption,
      ...(ap && { ap: { ...ap, scores: doubles(ap.scores), outcomes: words(ap.outcomes) } }),
      ...(texts?.meteor && { texts: { ...texts, meteor: doubles(texts.meteor) } }),
    };
    return { ...each, caption };
  });
}

/** The same numbers, each list a part of one array. */
export function packedNumbers(lists: readonly Float64Array[]): readonly Float64Array[] {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  return lists.map((list) => {
    all.set(list, at);
    at += list.length;
    return all.subarray(at - list.length, at);
  });
}

function keptAp(entry: ApEntry, text: string): ApEntry {
  const id = sameId(entry.id, text);
  const { order, scores, outcomes, positives, oddities } = entry;
  return oddities === undefined ? { id, order, scores, outcomes, positives } : { ...entry, id };
}

function keptMiou(entry: MeanIouEntry, text: string): MeanIouEntry {
  const id = sameId(entry.id, text);
  const { order, score, ious, missed, extra, oddities } = entry;
  return oddities === undefined ? { id, order, score, ious, missed, extra } : { ...entry, id };
}

/** The text that is kept already, where the two are one; an id that is a number sorts as one and stays. */
function sameId(id: ExampleId, text: string): ExampleId {
  return id === text ? text : id;
}

/** Texts that are remembered; what comes later is kept as often as it occurs. */
const MOST_TEXTS = 100_000;
const NO_PROBLEMS: readonly Problem[] = [];

/** Keeps each file's name, id and label once, however many threads sent it. */
export class Keeper {
  private readonly texts = new Map<string, string>();

  /** Objects that are written down whole take a third less than copies of those that came from another thread. */
  keep(measured: Measured): Measured {
    const { id, image } = measured;
    const reference = this.place(measured.reference);
    const prediction = measured.prediction && this.place(measured.prediction);
    const caption = measured.caption && this.caption(measured.caption, id);
    const problems = measured.problems.length === 0 ? NO_PROBLEMS : measured.problems;
    if (prediction !== undefined && image !== undefined && caption !== undefined)
      return { id, reference, prediction, image, problems, caption };
    return { ...measured, reference, problems, ...(prediction && { prediction }), ...(caption && { caption }) };
  }

  private caption(caption: MeasuredCaption, id: string): MeasuredCaption {
    const { set, texts } = caption;
    const ap = caption.ap && keptAp(caption.ap, id);
    const miou = caption.miou && keptMiou(caption.miou, id);
    const recall = caption.recall && this.recall(caption.recall, id);
    if (ap !== undefined && miou !== undefined && recall !== undefined && texts !== undefined)
      return { set, ap, miou, recall, texts };
    return { ...caption, ...(ap && { ap }), ...(miou && { miou }), ...(recall && { recall }) };
  }

  private recall(entry: RecallEntry, id: string): RecallEntry {
    const targets = entry.targets.map(({ label, area, found }) => ({
      label: label === undefined ? undefined : this.text(label),
      area,
      found,
    }));
    const own = sameId(entry.id, id);
    const { order, found, positives, olderPositives, oddities } = entry;
    return oddities === undefined
      ? { id: own, order, found, positives, olderPositives, targets }
      : { ...entry, id: own, targets };
  }

  private place({ file, line }: Place): Place {
    return { file: this.text(file), line };
  }

  private text(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size < MOST_TEXTS) this.texts.set(text, text);
    return text;
  }
}
