import { area, union } from '../../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import { groundedPhrase, joinList, negativeClause, withoutArticle } from '../../../core/text/compose.ts';
import type { DialectReading } from '../dialects/dialect.ts';
import type { DraftMask } from '../draft.ts';
import { draftMask } from '../draftMask.ts';
import { NothingKnownError } from '../errors.ts';
import type { ScoredMask } from './segMasks.ts';

/** An answer as its dialect reads it, with a mask drawn for each that it speaks of. */
export interface DrawnAnswer {
  readonly reading: DialectReading;
  /** In the order of `reading.masks`. */
  readonly masks: readonly ScoredMask[];
}

/** What the draft says in the end. */
export interface SaidAnswer {
  readonly answer: string;
  readonly masks: readonly DraftMask[];
  readonly negatives: readonly string[];
  readonly notes: readonly string[];
}

interface Seen {
  readonly label: string;
  readonly drawn: ScoredMask;
}

/**
 * A description. A phrase whose mask has no pixel loses its tags: a mask without a pixel points at nothing, and training on
 * it divides by zero.
 */
export function description({ reading, masks }: DrawnAnswer): SaidAnswer {
  const isEmpty = masks.map(({ mask }) => area(mask) === 0);
  const kept = reading.masks.flatMap(({ label }, i) => (isEmpty[i] ? [] : [{ label, drawn: masks[i]! }]));
  const lost = reading.masks.flatMap(({ label }, i) => (isEmpty[i] ? [label] : []));
  return {
    answer: lost.length === 0 ? reading.answer : withoutTags(reading.answer, isEmpty),
    masks: kept.map(({ label, drawn }) => draftMask(label, drawn.score, drawn.mask)),
    negatives: reading.negatives,
    notes: [
      ...reading.notes,
      ...lost.map((label) => `The mask of “${label}” has no pixel: the words stay, without tags.`),
    ],
  };
}

/** The answer with the words of some phrases bare; `bare[k]` is about the k-th `[SEG]`. */
function withoutTags(answer: string, bare: readonly boolean[]): string {
  const { segs } = parseAnswer(answer);
  let text = '';
  let from = 0;
  for (const [k, { phrase }] of segs.filter(({ denied }) => !denied).entries()) {
    if (phrase === undefined || bare[k] !== true || phrase.start < from) continue;
    text += answer.slice(from, phrase.start) + phrase.text;
    from = phrase.segEnd;
  }
  return text + answer.slice(from);
}

/** The answer to a list question that the model was asked as a whole. What it drew no pixel of is denied. */
export function listAnswer(drawn: DrawnAnswer): SaidAnswer {
  const { reading, masks } = drawn;
  if (masks.every(({ mask }) => area(mask) > 0)) return description(drawn);
  const seen: Seen[] = [];
  const lost: string[] = [];
  for (const [i, { label }] of reading.masks.entries()) {
    if (area(masks[i]!.mask) > 0) seen.push({ label, drawn: masks[i]! });
    else lost.push(label);
  }
  return composed(
    seen,
    [...reading.negatives, ...lost.map(withoutArticle)],
    [...reading.notes, ...lost.map(nothingDrawn)],
  );
}

/** The answer to a list question whose referents the model was asked for one by one. */
export function joinedAnswer(referents: readonly string[], answers: readonly DrawnAnswer[]): SaidAnswer {
  const seen: Seen[] = [];
  const negatives: string[] = [];
  const notes: string[] = [];
  for (const [i, referent] of referents.entries()) {
    const { reading, masks } = answers[i]!;
    notes.push(...reading.notes);
    const visible = masks.filter(({ mask }) => area(mask) > 0);
    if (visible.length > 0) {
      const mask = union(visible.map((each) => each.mask));
      seen.push({ label: referent, drawn: { mask, score: Math.max(...visible.map(({ score }) => score)) } });
    } else if (masks.length > 0 || reading.negatives.length > 0) {
      negatives.push(withoutArticle(referent));
      if (masks.length > 0) notes.push(nothingDrawn(referent));
    } else {
      notes.push(`“${referent}”: the model neither drew nor denied it; it is left out.`);
    }
  }
  return composed(seen, negatives, notes);
}

function nothingDrawn(label: string): string {
  return `“${label}”: the model drew a mask without a pixel, so it is denied. Check that it is absent.`;
}

function composed(seen: readonly Seen[], negatives: readonly string[], notes: readonly string[]): SaidAnswer {
  if (seen.length === 0 && negatives.length === 0) {
    throw new NothingKnownError(
      `The model answered nothing of what was asked for. ${notes.join(' ')} Ask in other words, or choose another model.`,
    );
  }
  const phrases = joinList(seen.map(({ label }) => groundedPhrase(label)));
  const sentences = [
    ...(seen.length > 0 ? [`Sure, ${seen.length === 1 ? 'it is ' : ''}${phrases}.`] : []),
    ...(negatives.length > 0 ? [negativeClause(negatives, { afterPositives: seen.length > 0 })] : []),
  ];
  return {
    answer: sentences.join(' '),
    masks: seen.map(({ label, drawn }) => draftMask(label, drawn.score, drawn.mask)),
    negatives,
    notes,
  };
}
