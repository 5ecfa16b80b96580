/**
 * CIDEr as pycocoevalcap computes it: CIDEr-D's clipping and length penalty under the name CIDEr (facts/metrics.md §1.6;
 * the paper's Tables 1 and 3 print it × 100). Two passes: {@link DocumentFrequencies} over the references of all images,
 * then {@link CiderScores}. Both merge, so that parts of a file can be scored apart.
 *
 * Captions are tokenised ones, words with white space between them (`tokenisedCaption`).
 */

import { enlarged, GramTable, LONGEST_GRAM } from './grams.ts';

/** A caption and what people wrote about the same image. */
export interface CaptionPair {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

/** Frequencies as they are saved: how many images, and in how many of them each n-gram stands. */
export interface SavedFrequencies {
  readonly images: number;
  readonly grams: Readonly<Record<string, number>>;
}

/** Of the length penalty, in words. */
const SIGMA = 6;

/** In how many images an n-gram of 1 to 4 words stands in any reference. */
export class DocumentFrequencies {
  /** How many images were added. */
  images = 0;
  /** @internal Numbers of n-grams, shared with the scores that use these frequencies. */
  readonly grams = new GramTable();
  private counts = new Int32Array(0);
  /** By n-gram, the last image that held it. */
  private lastSeen = new Int32Array(0);

  /** Takes over what {@link saved} gave. Entries that are no positive numbers are left out. */
  static from(saved: SavedFrequencies): DocumentFrequencies {
    const frequencies = new DocumentFrequencies();
    for (const [gram, count] of Object.entries(saved.grams)) if (count > 0) frequencies.count(gram, count);
    frequencies.images = saved.images;
    return frequencies;
  }

  /** Adds an image by its references. */
  add(references: readonly string[]): void {
    this.images++;
    const found: number[] = [];
    for (const reference of references) this.grams.read(reference, found);
    this.makeRoom();
    for (const gram of found) {
      if (this.lastSeen[gram] === this.images) continue;
      this.lastSeen[gram] = this.images;
      this.counts[gram]!++;
    }
  }

  /** Adds the images of another one. */
  merge(other: DocumentFrequencies): void {
    for (let gram = 0; gram < other.grams.size; gram++) {
      const count = other.of(gram);
      if (count > 0) this.count(other.grams.textOf(gram), count);
    }
    this.images += other.images;
    // Numbers of images have moved, so that none of them is the last seen.
    this.lastSeen.fill(0);
  }

  /** The number of images that hold an n-gram, by its number in {@link grams}; 0 where none does. */
  of(gram: number): number {
    return this.counts[gram] ?? 0;
  }

  saved(): SavedFrequencies {
    const grams: Record<string, number> = {};
    for (let gram = 0; gram < this.grams.size; gram++) {
      const count = this.of(gram);
      if (count > 0) grams[this.grams.textOf(gram)] = count;
    }
    return { images: this.images, grams };
  }

  private count(gram: string, count: number): void {
    const number = this.grams.numberOf(gram);
    if (number === undefined) return;
    this.makeRoom();
    this.counts[number]! += count;
  }

  private makeRoom(): void {
    if (this.counts.length >= this.grams.size) return;
    this.counts = enlarged(this.counts, this.grams.size * 2);
    this.lastSeen = enlarged(this.lastSeen, this.grams.size * 2);
  }
}

export interface CiderResult {
  /** Mean over the images, 0 to 10; NaN without images. */
  readonly score: number;
  /** In the order in which images were added. */
  readonly perImage: readonly number[];
}

/** A caption's n-grams, each once, with the norms of its vectors. */
interface Weighed {
  readonly grams: number[];
  /** Euclidean norm by number of words, from 1; 0 for none. */
  readonly norms: Float64Array;
  /** As the reference counts it: in bigrams. */
  length: number;
  /** How often each n-gram stands in the caption, by its number; 0 for others. */
  counts: Int32Array;
}

/** CIDEr of one image after the other. */
export class CiderScores {
  private readonly perImage: number[] = [];
  private readonly frequencies: DocumentFrequencies;
  /** Inverse document frequency by the number of images. */
  private readonly weights: number[] = [];
  private readonly logImages: number;
  private readonly hypothesis = noWeights();
  private readonly reference = noWeights();

  /** With the frequencies of one image every score is 0. */
  constructor(frequencies: DocumentFrequencies) {
    this.frequencies = frequencies;
    this.logImages = Math.log(frequencies.images);
  }

  /** Adds an image and returns its score, 0 to 10: the mean over its references, 0 without any. */
  add({ hypothesis, references }: CaptionPair): number {
    this.weigh(this.hypothesis, hypothesis);
    let sum = 0;
    for (const reference of references) {
      this.weigh(this.reference, reference);
      sum += this.similarity();
      clear(this.reference);
    }
    clear(this.hypothesis);
    const score = references.length === 0 ? 0 : (10 * sum) / references.length;
    this.perImage.push(score);
    return score;
  }

  /** Adds the images of another one behind the own ones. */
  merge(other: CiderScores): void {
    for (const score of other.perImage) this.perImage.push(score);
  }

  result(): CiderResult {
    const sum = this.perImage.reduce((total, score) => total + score, 0);
    return { score: sum / this.perImage.length, perImage: this.perImage };
  }

  /** Reads a caption into `weighed`, which is clear. */
  private weigh(weighed: Weighed, caption: string): void {
    const { grams, norms } = weighed;
    const { grams: table } = this.frequencies;
    weighed.length = Math.max(0, table.read(caption, grams) - 1);
    if (weighed.counts.length < table.size) weighed.counts = enlarged(weighed.counts, table.size * 2);
    let kept = 0;
    for (const gram of grams) if (weighed.counts[gram]!++ === 0) grams[kept++] = gram;
    grams.length = kept;
    for (const gram of grams) norms[table.wordsIn(gram)]! += (weighed.counts[gram]! * this.weightOf(gram)) ** 2;
    for (let n = 1; n <= LONGEST_GRAM; n++) norms[n] = Math.sqrt(norms[n]!);
  }

  /** 0 to 1: the cosine over n-grams with clipped counts, mean over the sizes, less for captions of other lengths. */
  private similarity(): number {
    const { hypothesis, reference } = this;
    const { grams: table } = this.frequencies;
    const products = new Float64Array(LONGEST_GRAM + 1);
    for (const gram of hypothesis.grams) {
      const count = reference.counts[gram];
      if (count === undefined || count === 0) continue;
      const weight = this.weightOf(gram);
      products[table.wordsIn(gram)]! += Math.min(hypothesis.counts[gram]!, count) * weight * count * weight;
    }
    let sum = 0;
    for (let n = 1; n <= LONGEST_GRAM; n++) {
      const norms = hypothesis.norms[n]! * reference.norms[n]!;
      sum += norms === 0 ? products[n]! : products[n]! / norms;
    }
    const difference = hypothesis.length - reference.length;
    return (sum * Math.exp(-(difference * difference) / (2 * SIGMA * SIGMA))) / LONGEST_GRAM;
  }

  private weightOf(gram: number): number {
    const images = this.frequencies.of(gram);
    return (this.weights[images] ??= this.logImages - Math.log(Math.max(1, images)));
  }
}

function noWeights(): Weighed {
  return { grams: [], norms: new Float64Array(LONGEST_GRAM + 1), length: 0, counts: new Int32Array(0) };
}

function clear({ grams, norms, counts }: Weighed): void {
  for (const gram of grams) counts[gram] = 0;
  grams.length = 0;
  norms.fill(0);
}

/** CIDEr of images at once. Without frequencies they come from the references of these images. */
export function cider(pairs: readonly CaptionPair[], frequencies?: DocumentFrequencies): CiderResult {
  const scores = new CiderScores(frequencies ?? frequenciesOf(pairs));
  for (const pair of pairs) scores.add(pair);
  return scores.result();
}

function frequenciesOf(pairs: readonly CaptionPair[]): DocumentFrequencies {
  const frequencies = new DocumentFrequencies();
  for (const { references } of pairs) frequencies.add(references);
  return frequencies;
}
