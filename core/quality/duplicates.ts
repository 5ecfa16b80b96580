/** Finds records, captions and masks that occur more than once, with an index of numbers over a dataset of any size. */
import { Column } from './column.ts';
import { fingerprint } from './fingerprint.ts';
import { Groups } from './groups.ts';
import { mayOverlap } from './maskFacts.ts';
import { NearTexts } from './nearTexts.ts';
import type { RecordFacts } from './recordFacts.ts';
import { shinglesOf } from './wording.ts';

export const DUPLICATE_KINDS = ['records', 'captions', 'masks'] as const;
export type DuplicateKind = (typeof DUPLICATE_KINDS)[number];

/** A shorter caption, such as "a dog", may well be true of many images. */
const LEAST_WORDS = 5;
/** Smaller masks and rectangles may be equal in two images by chance. */
const LEAST_AREA = 64;

/** Two of what is compared that may be alike: numbers of records, or of masks. */
export type Candidate = readonly [a: number, b: number];

/** A mask by the record that it stands in and its place there, from 0. */
export interface MaskPlace {
  readonly record: number;
  readonly mask: number;
}

/** Records are numbered as they come, from 0, and so are masks that are not empty. */
export class DuplicateIndex {
  /** What is known to be equal; numbers of records for the first two, of masks for the third. */
  readonly records = new Groups();
  readonly captions = new Groups();
  readonly masks = new Groups();

  private readonly firstContents = new Map<number, number>();
  private readonly firstCaptions = new Map<number, number>();
  /** Of records that are no exact copy: their number, image, masks' number and masks' area. */
  private readonly own = { record: new Column(), image: new Column(), masks: new Column(), area: new Column() };
  private readonly nearCaptions = new NearTexts();
  /** The record of each caption in `nearCaptions`. */
  private readonly captionRecords = new Column();
  private readonly mask = {
    record: new Column(),
    index: new Column(),
    image: new Column(),
    fingerprint: new Column(),
    area: new Column(),
    x: new Column(),
    y: new Column(),
    width: new Column(),
    height: new Column(),
  };
  private count = 0;

  /** @param kinds What is looked for. */
  constructor(private readonly kinds: readonly DuplicateKind[]) {}

  get size(): number {
    return this.count;
  }

  get maskCount(): number {
    return this.mask.record.length;
  }

  /** Captions and masks of an exact copy of an earlier record are not looked at again. */
  add(facts: RecordFacts): void {
    const record = this.count++;
    const first = this.firstContents.get(facts.content);
    if (first !== undefined) {
      if (this.kinds.includes('records')) this.records.joinEqual(first, record);
      return;
    }
    this.firstContents.set(facts.content, record);
    if (this.kinds.includes('captions')) this.addCaption(record, facts.caption);
    if (this.kinds.includes('masks')) this.addMasks(record, facts);
    if (this.kinds.includes('records')) this.addRecord(record, facts);
  }

  maskPlace(mask: number): MaskPlace {
    return { record: this.mask.record.at(mask), mask: this.mask.index.at(mask) };
  }

  /** Captions that may share most of their words, by their records; a pair may come more than once. */
  *captionCandidates(): Generator<Candidate> {
    for (const [a, b] of this.nearCaptions.pairs()) yield [this.captionRecords.at(a), this.captionRecords.at(b)];
  }

  /** Records of one image with as many masks each that take up much the same area. */
  *recordCandidates(leastIou: number): Generator<Candidate> {
    const { record, image, masks, area } = this.own;
    for (const run of image.runs(2)) {
      const sorted = [...run].sort((a, b) => area.at(a) - area.at(b));
      for (let i = 0; i < sorted.length; i++) {
        const a = sorted[i]!;
        for (let j = i + 1; j < sorted.length && area.at(a) >= leastIou * area.at(sorted[j]!); j++) {
          const b = sorted[j]!;
          if (masks.at(a) === masks.at(b)) yield inOrder(record.at(a), record.at(b));
        }
      }
    }
  }

  /** Masks of one image that may overlap by `leastIou` and are not equal. Joins equal ones on the way. */
  *maskCandidates(leastIou: number): Generator<Candidate> {
    for (const run of this.mask.image.runs(2)) {
      const firsts = this.joinEqual(run);
      const sorted = [...firsts].sort((a, b) => this.mask.area.at(a) - this.mask.area.at(b));
      for (let i = 0; i < sorted.length; i++) {
        const a = this.factsOf(sorted[i]!);
        for (let j = i + 1; j < sorted.length; j++) {
          const b = this.factsOf(sorted[j]!);
          if (a.area < leastIou * b.area) break;
          if (mayOverlap(a, b, leastIou)) yield inOrder(sorted[i]!, sorted[j]!);
        }
      }
    }
  }

  /** Equal masks in several images, which is hardly ever chance: a mask was copied, or an image has two names. */
  *copiedMasks(): Generator<readonly number[]> {
    const { fingerprint: prints, image, area, width, height } = this.mask;
    for (const run of prints.runs(2)) {
      const first = run[0]!;
      if (area.at(first) < LEAST_AREA || area.at(first) === width.at(first) * height.at(first)) continue;
      if (run.some((mask) => image.at(mask) !== image.at(first))) yield run;
    }
  }

  /** Whether two masks are of one photograph. */
  sameImage(a: number, b: number): boolean {
    return this.mask.image.at(a) === this.mask.image.at(b);
  }

  private addCaption(record: number, words: readonly string[] | undefined): void {
    if (words === undefined || words.length < LEAST_WORDS) return;
    const key = fingerprint(words.join(' '));
    const first = this.firstCaptions.get(key);
    if (first !== undefined) {
      this.captions.joinEqual(first, record);
      return;
    }
    this.firstCaptions.set(key, record);
    this.nearCaptions.add(shinglesOf(words));
    this.captionRecords.push(record);
  }

  private addMasks(record: number, { image, masks }: RecordFacts): void {
    for (const [index, mask] of masks.entries()) {
      if (mask === undefined) continue;
      const [x, y, width, height] = mask.box;
      const values = { record, index, image, fingerprint: mask.fingerprint, area: mask.area, x, y, width, height };
      for (const key of Object.keys(values) as (keyof typeof values)[]) this.mask[key].push(values[key]);
    }
  }

  private addRecord(record: number, { image, masks }: RecordFacts): void {
    if (masks.length === 0) return;
    this.own.record.push(record);
    this.own.image.push(image);
    this.own.masks.push(masks.length);
    this.own.area.push(masks.reduce((sum, mask) => sum + (mask?.area ?? 0), 0));
  }

  /** The first mask of each sort in an image. */
  private joinEqual(run: readonly number[]): readonly number[] {
    const firsts = new Map<number, number>();
    for (const mask of run) {
      const print = this.mask.fingerprint.at(mask);
      const first = firsts.get(print);
      if (first === undefined) firsts.set(print, mask);
      else this.masks.joinEqual(first, mask);
    }
    return [...firsts.values()];
  }

  private factsOf(mask: number): { readonly area: number; readonly box: readonly [number, number, number, number] } {
    const { area, x, y, width, height } = this.mask;
    return { area: area.at(mask), box: [x.at(mask), y.at(mask), width.at(mask), height.at(mask)] };
  }
}

function inOrder(a: number, b: number): Candidate {
  return a < b ? [a, b] : [b, a];
}
