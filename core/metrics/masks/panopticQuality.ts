/** What became of a category's segments. */
export interface Tally {
  readonly category: number;
  /** Matched pairs. */
  tp: number;
  /** Predictions that match nothing. */
  fp: number;
  /** Truths that nothing matches. */
  fn: number;
  /** The matched pairs' overlaps, summed. */
  iouSum: number;
}

/** Panoptic quality and its two factors, 0 to 1: how well matched segments fit, and how many match. */
export interface Quality {
  readonly pq: number;
  readonly sq: number;
  readonly rq: number;
}

/** Means over the categories that have a segment, true or predicted. */
export interface MeanQuality {
  /** Undefined where no category has one. */
  readonly pq: number | undefined;
  readonly sq: number | undefined;
  readonly rq: number | undefined;
  readonly categories: number;
}

/** Tallies by category, made when first asked for. */
export class Tallies {
  private readonly byCategory = new Map<number, Tally>();

  of(category: number): Tally {
    const seen = this.byCategory.get(category);
    if (seen !== undefined) return seen;
    const tally = { category, tp: 0, fp: 0, fn: 0, iouSum: 0 };
    this.byCategory.set(category, tally);
    return tally;
  }

  add(tallies: readonly Tally[]): void {
    for (const { category, tp, fp, fn, iouSum } of tallies) {
      const tally = this.of(category);
      tally.tp += tp;
      tally.fp += fp;
      tally.fn += fn;
      tally.iouSum += iouSum;
    }
  }

  /** Those that count something, by category. */
  list(): Tally[] {
    return [...this.byCategory.values()]
      .filter(({ tp, fp, fn }) => tp + fp + fn > 0)
      .sort((a, b) => a.category - b.category);
  }
}

/** The quality that a tally amounts to; all 0 for one that counts nothing. Source: facts, metrics §3. */
export function qualityOf({ tp, fp, fn, iouSum }: Omit<Tally, 'category'>): Quality {
  const divisor = tp + fp / 2 + fn / 2;
  if (divisor === 0) return { pq: 0, sq: 0, rq: 0 };
  return { pq: iouSum / divisor, sq: tp > 0 ? iouSum / tp : 0, rq: tp / divisor };
}

export function meanQuality(tallies: readonly Tally[]): MeanQuality {
  const categories = tallies.length;
  if (categories === 0) return { pq: undefined, sq: undefined, rq: undefined, categories };
  let [pq, sq, rq] = [0, 0, 0];
  for (const tally of tallies) {
    const quality = qualityOf(tally);
    pq += quality.pq;
    sq += quality.sq;
    rq += quality.rq;
  }
  return { pq: pq / categories, sq: sq / categories, rq: rq / categories, categories };
}

/** The quality of one image: its segments of all categories together. */
export function imageQuality(tallies: readonly Tally[]): Quality {
  const sum = { tp: 0, fp: 0, fn: 0, iouSum: 0 };
  for (const { tp, fp, fn, iouSum } of tallies) {
    sum.tp += tp;
    sum.fp += fp;
    sum.fn += fn;
    sum.iouSum += iouSum;
  }
  return qualityOf(sum);
}
