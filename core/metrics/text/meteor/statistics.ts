/** METEOR 1.5's sufficient statistics of a segment, and the score that they give (facts/metrics.md §1.6, *Score*). */
import type { Alignment } from './align.ts';
import { MODULES } from './matches.ts';
import { FUNCTION_WORDS } from './wordLists.ts';

/** English, rank task. */
const ALPHA = 0.85;
const BETA = 0.2;
const GAMMA = 0.6;
const DELTA = 0.75;
/** Of exact, stem, synonym and paraphrase matches. */
const WEIGHTS = [1, 0.6, 0.8, 0.6] as const;

/**
 * The 23 numbers, in METEOR's own order: words of hypothesis and reference, their function words; for each module
 * matched content words of hypothesis and reference, and matched function words of both; chunks; matched words of
 * hypothesis and reference.
 */
export type Statistics = Float64Array;

const HYPOTHESIS_WORDS = 0;
const REFERENCE_WORDS = 1;
const HYPOTHESIS_FUNCTION = 2;
const REFERENCE_FUNCTION = 3;
const FIRST_MODULE = 4;
const CHUNKS = FIRST_MODULE + 4 * MODULES;
const HYPOTHESIS_MATCHED = CHUNKS + 1;
const REFERENCE_MATCHED = CHUNKS + 2;
const NUMBERS = REFERENCE_MATCHED + 1;

export function noStatistics(): Statistics {
  return new Float64Array(NUMBERS);
}

export function statisticsOf(
  hypothesis: readonly string[],
  reference: readonly string[],
  { matches, chunks }: Alignment,
): Statistics {
  const numbers = noStatistics();
  numbers[HYPOTHESIS_WORDS] = hypothesis.length;
  numbers[REFERENCE_WORDS] = reference.length;
  numbers[HYPOTHESIS_FUNCTION] = functionWordsOf(hypothesis, 0, hypothesis.length);
  numbers[REFERENCE_FUNCTION] = functionWordsOf(reference, 0, reference.length);
  for (const match of matches) {
    const at = FIRST_MODULE + 4 * match.module;
    const own = functionWordsOf(hypothesis, match.hypothesis, match.hypothesisWords);
    const others = functionWordsOf(reference, match.reference, match.referenceWords);
    numbers[at]! += match.hypothesisWords - own;
    numbers[at + 1]! += match.referenceWords - others;
    numbers[at + 2]! += own;
    numbers[at + 3]! += others;
    numbers[HYPOTHESIS_MATCHED]! += match.hypothesisWords;
    numbers[REFERENCE_MATCHED]! += match.referenceWords;
  }
  numbers[CHUNKS] = chunks;
  return numbers;
}

/** The score of a segment, or of the sums over segments: 0 to 1. */
export function scoreOf(numbers: Statistics): number {
  const precision = share(numbers, 0, HYPOTHESIS_WORDS, HYPOTHESIS_FUNCTION);
  const recall = share(numbers, 1, REFERENCE_WORDS, REFERENCE_FUNCTION);
  const mean = 1 / ((1 - ALPHA) / precision + ALPHA / recall);
  const score = mean * (1 - GAMMA * fragmentation(numbers) ** BETA);
  return Number.isNaN(score) ? 0 : score;
}

/** Adds a segment to the sums; the one chunk of a segment that matches word for word is left out, as METEOR does. */
export function addStatistics(sums: Statistics, segment: Statistics): void {
  for (let i = 0; i < NUMBERS; i++) if (i !== CHUNKS || !isWhole(segment)) sums[i]! += segment[i]!;
}

/** Matched words by their weights, over all words. `side`: 0 the hypothesis, 1 the reference. */
function share(numbers: Statistics, side: number, wordsAt: number, functionAt: number): number {
  let matched = 0;
  for (let module = 0; module < MODULES; module++) {
    const at = FIRST_MODULE + 4 * module + side;
    matched += WEIGHTS[module]! * (DELTA * numbers[at]! + (1 - DELTA) * numbers[at + 2]!);
  }
  const functionWords = numbers[functionAt]!;
  return matched / (DELTA * (numbers[wordsAt]! - functionWords) + (1 - DELTA) * functionWords);
}

function fragmentation(numbers: Statistics): number {
  if (isWhole(numbers)) return 0;
  return numbers[CHUNKS]! / ((numbers[HYPOTHESIS_MATCHED]! + numbers[REFERENCE_MATCHED]!) / 2);
}

/** Every word of both is matched, in one chunk. */
function isWhole(numbers: Statistics): boolean {
  return (
    numbers[CHUNKS] === 1 &&
    numbers[HYPOTHESIS_MATCHED] === numbers[HYPOTHESIS_WORDS] &&
    numbers[REFERENCE_MATCHED] === numbers[REFERENCE_WORDS]
  );
}

function functionWordsOf(words: readonly string[], at: number, count: number): number {
  let found = 0;
  for (let i = at; i < at + count; i++) if (FUNCTION_WORDS.has(words[i]!)) found++;
  return found;
}
