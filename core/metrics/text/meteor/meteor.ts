/**
 * METEOR 1.5 for English as pycocoevalcap calls it, with normalisation (facts/metrics.md §1.6; the paper's Tables 1 and 3
 * print it × 100).
 */
import type { CaptionPair } from '../cider.ts';
import { type Alignment, align } from './align.ts';
import { findMatches, type MeteorModules } from './matches.ts';
import { normalise } from './normalise.ts';
import { addStatistics, noStatistics, type Statistics, scoreOf, statisticsOf } from './statistics.ts';

/**
 * Words of a caption that are compared, the first ones: aligning takes time by the product of both lengths. Captions of
 * datasets have a tenth of it.
 */
const MOST_WORDS = 500;

/** A hypothesis and its best reference. */
export interface Segment {
  /** 0 to 1. */
  readonly score: number;
  readonly statistics: Statistics;
  readonly alignment: Alignment;
  readonly hypothesis: readonly string[];
  readonly reference: readonly string[];
}

export interface MeteorResult {
  /** Of the summed statistics, which is not the mean of the segments: 0 to 1. */
  readonly score: number;
  /** In the order in which images were added, 0 to 1. */
  readonly segments: readonly number[];
  /** What to call the score: it says which tables were missing. */
  readonly label: string;
}

/** METEOR of one image after the other. Captions are tokenised ones (`tokenisedCaption`). */
export class MeteorScores {
  private readonly modules: MeteorModules;
  private readonly sums = noStatistics();
  private readonly segments: number[] = [];

  constructor(modules: MeteorModules) {
    this.modules = modules;
  }

  /** Adds an image and returns its score, 0 to 1: that of the best reference, 0 without any. */
  add(pair: CaptionPair): number {
    const segment = meteorSegment(pair, this.modules);
    if (segment !== undefined) addStatistics(this.sums, segment.statistics);
    const score = segment?.score ?? 0;
    this.segments.push(score);
    return score;
  }

  /** Adds the images of another one behind the own ones. */
  merge(other: MeteorScores): void {
    for (let i = 0; i < this.sums.length; i++) this.sums[i]! += other.sums[i]!;
    for (const score of other.segments) this.segments.push(score);
  }

  result(): MeteorResult {
    return { score: scoreOf(this.sums), segments: this.segments, label: meteorLabel(this.modules) };
  }
}

/** METEOR of images at once. */
export function meteor(pairs: readonly CaptionPair[], modules: MeteorModules): MeteorResult {
  const scores = new MeteorScores(modules);
  for (const pair of pairs) scores.add(pair);
  return scores.result();
}

/** The best-scoring reference, the first of equals; undefined where there is none. */
export function meteorSegment({ hypothesis, references }: CaptionPair, modules: MeteorModules): Segment | undefined {
  const words = wordsOf(hypothesis.replaceAll('|||', '').replaceAll('  ', ' '));
  let found: Segment | undefined;
  for (const reference of references) {
    const others = wordsOf(reference);
    const alignment = align(findMatches(words, others, modules), words.length);
    const statistics = statisticsOf(words, others, alignment);
    const score = scoreOf(statistics);
    if (found === undefined || score > found.score) {
      found = { score, statistics, alignment, hypothesis: words, reference: others };
    }
  }
  return found;
}

/** What is kept of an image: the statistics of its best reference, zeros without any. */
export function meteorStatistics(pair: CaptionPair, modules: MeteorModules): Statistics {
  return meteorSegment(pair, modules)?.statistics ?? noStatistics();
}

function wordsOf(caption: string): string[] {
  const words = normalise(caption);
  return words.length > MOST_WORDS ? words.slice(0, MOST_WORDS) : words;
}

/** Which of METEOR's modules there are. */
export type MeteorParts = { readonly [Module in keyof MeteorModules]: unknown };

/** `METEOR-1.5`, and in brackets what it was computed without: only with every module it is the published metric. */
export function meteorLabel({ stem, synonyms, paraphrases }: MeteorParts): string {
  const missing: string[] = [];
  if (!stem) missing.push('stem');
  if (!synonyms) missing.push('synonym');
  if (!paraphrases) missing.push('paraphrase');
  return missing.length === 0 ? 'METEOR-1.5' : `METEOR-1.5 (no ${missing.join(', ')})`;
}
