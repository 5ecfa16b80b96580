import { difference } from '../../../core/masks/morphology.ts';
import { rasterisePolygons } from '../../../core/masks/polygons.ts';
import { area, type RunLengthMask, union } from '../../../core/masks/runLengthMask.ts';
import { groundedPhrase, joinList } from '../../../core/text/compose.ts';
import type { DialectReading } from '../dialects/dialect.ts';
import { plainWords } from '../dialects/plainWords.ts';
import { draftMask } from '../draftMask.ts';
import { NothingKnownError } from '../errors.ts';
import type { SaidAnswer } from '../generate/answers.ts';
import type { ScoredMask } from '../generate/segMasks.ts';
import type { LabelledBoxes, PixelBox } from './locations.ts';

/** One thing in the photograph, under the name that the model gives its kind. */
export interface NamedBox {
  readonly name: string;
  readonly box: PixelBox;
}

/** Every box by itself, with a label that can stand in an answer. */
export function namedBoxes(found: readonly LabelledBoxes[]): readonly NamedBox[] {
  return found.flatMap(({ label, boxes }) => {
    const name = plainWords(label).trim();
    return name === '' ? [] : boxes.map((box) => ({ name, box }));
  });
}

/** Below this share of its own pixels a mask is a remnant under others. */
const VISIBLE = 0.2;

/**
 * The answer that lists everything (paper, supplement C.1), things of one kind numbered: `Sure, the image contains <p> ball-1 </p>
 * [SEG], …`. A pixel belongs to one mask: to the smallest that claims it, since small things lie on large ones.
 */
export function listEverything(things: readonly NamedBox[], drawn: readonly ScoredMask[]): SaidAnswer {
  const masks = apart(drawn.map(({ mask }) => mask));
  const kept = things.flatMap(({ name }, i) =>
    masks[i] === undefined ? [] : [{ name, mask: masks[i], score: drawn[i]!.score }],
  );
  if (kept.length === 0) {
    throw new NothingKnownError(
      'The model found nothing in this photograph. Describe it by hand, or choose another model.',
    );
  }
  const counts = new Map<string, number>();
  for (const { name } of kept) counts.set(name, (counts.get(name) ?? 0) + 1);
  const numbers = new Map<string, number>();
  const phrases = kept.map(({ name }) => {
    if (counts.get(name) === 1) return name;
    numbers.set(name, (numbers.get(name) ?? 0) + 1);
    return `${name}-${numbers.get(name)}`;
  });
  return {
    answer: `Sure, the image contains ${joinList(phrases.map(groundedPhrase))}.`,
    masks: kept.map(({ name, mask, score }) => draftMask(name, score, mask)),
    negatives: [],
    notes: [],
  };
}

/** The masks without what smaller ones take; nothing in the place of one of which too little is left. */
function apart(masks: readonly RunLengthMask[]): readonly (RunLengthMask | undefined)[] {
  const smallestFirst = masks.map((mask, i) => ({ i, pixels: area(mask) })).sort((a, b) => a.pixels - b.pixels);
  const result: (RunLengthMask | undefined)[] = masks.map(() => undefined);
  let taken: RunLengthMask | undefined;
  for (const { i, pixels } of smallestFirst) {
    const left = taken === undefined ? masks[i]! : difference(masks[i]!, taken);
    if (pixels > 0 && area(left) >= VISIBLE * pixels) result[i] = left;
    taken = taken === undefined ? masks[i]! : union([taken, masks[i]!]);
  }
  return result;
}

/** What a referent's outlines show, for the answer that joins all referents. */
export function ofPolygons(
  referent: string,
  polygons: readonly (readonly number[])[],
  { width, height }: { readonly width: number; readonly height: number },
): { readonly reading: DialectReading; readonly masks: readonly ScoredMask[] } {
  const masks = polygons.length === 0 ? [] : [{ mask: rasterisePolygons(polygons, height, width), score: 1 }];
  return { reading: readingOf(referent, masks.length), masks };
}

/** A reading that says only how many masks a referent has: the sentence is written when all are known. */
export function readingOf(referent: string, masks: number): DialectReading {
  return {
    answer: '',
    masks: Array.from({ length: masks }, () => ({ label: referent, from: { kind: 'boxes', boxes: [] } })),
    negatives: [],
    notes: [],
  };
}
