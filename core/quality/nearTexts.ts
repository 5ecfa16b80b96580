/**
 * Finds texts that share most of their words, without comparing each with each: MinHash signatures (Broder 1997) cut into
 * bands, and only texts that have a whole band in common are compared.
 */
import { Column } from './column.ts';
import { mixed } from './fingerprint.ts';

const BANDS = 16;
const ROWS = 4;
/** Of texts that share a band all are compared with each other as long as they are few; of more, each with the first ones. */
const ALL_PAIRS = 24;
const FIRST_ONES = 4;

/** The least similarity that pairs are looked for at: of those at 0.7 one in eighty is missed, at 0.8 one in 4,500. */
export const LEAST_SIMILARITY = 0.7;

export class NearTexts {
  private readonly bands: readonly Column[] = Array.from({ length: BANDS }, () => new Column());
  private readonly signature = new Uint32Array(BANDS * ROWS);

  get size(): number {
    return this.bands[0]!.length;
  }

  /** Takes in a text by its shingles (`shinglesOf`), at least one; texts are numbered as they come, from 0. */
  add(shingles: Uint32Array): void {
    const { signature } = this;
    signature.fill(0xffffffff);
    for (let i = 0; i < shingles.length; i++) {
      const shingle = shingles[i]!;
      for (let k = 0; k < signature.length; k++) {
        const hash = mixed(shingle ^ Math.imul(k + 1, 0x9e3779b1));
        if (hash < signature[k]!) signature[k] = hash;
      }
    }
    for (let band = 0; band < BANDS; band++) {
      let hash = band;
      for (let row = 0; row < ROWS; row++) hash = mixed(Math.imul(hash, 31) ^ signature[band * ROWS + row]!);
      // 53 bits, of which the upper ones come from the band's first rows.
      this.bands[band]!.push((signature[band * ROWS]! & 0x1fffff) * 2 ** 32 + hash);
    }
  }

  /** Pairs that may be alike, the smaller number first; a pair may come more than once. */
  *pairs(): Generator<readonly [number, number]> {
    for (const band of this.bands) for (const run of band.runs(2)) yield* pairsOf(run);
  }
}

function* pairsOf(run: readonly number[]): Generator<readonly [number, number]> {
  const most = run.length <= ALL_PAIRS ? run.length : FIRST_ONES;
  for (let i = 0; i < most; i++) for (let j = i + 1; j < run.length; j++) yield [run[i]!, run[j]!];
}
