/**
 * How many different texts there are, in constant memory: exactly up to 65,536, beyond by the smallest fingerprints that
 * were seen (k minimum values; Bar-Yossef et al. 2002), with a standard error of 0.4 %.
 */
import { fingerprint } from './fingerprint.ts';

const KEPT = 65_536;
const RANGE = 2 ** 53;

export class DistinctCount {
  private kept = new Set<number>();
  /** Fingerprints from here on are passed over. */
  private limit = RANGE;

  add(text: string): void {
    this.addFingerprint(fingerprint(text));
  }

  /** Takes in what another one has seen, by its `fingerprints`. */
  merge(fingerprints: Iterable<number>): void {
    for (const each of fingerprints) this.addFingerprint(each);
  }

  get fingerprints(): Iterable<number> {
    return this.kept;
  }

  /** `exact` says whether `count` is more than an estimate. */
  result(): { readonly count: number; readonly exact: boolean } {
    this.cut();
    if (this.kept.size < KEPT) return { count: this.kept.size, exact: true };
    return { count: Math.round((KEPT - 1) / ((this.limit + 1) / RANGE)), exact: false };
  }

  private addFingerprint(value: number): void {
    if (value > this.limit) return;
    this.kept.add(value);
    if (this.kept.size >= 2 * KEPT) this.cut();
  }

  private cut(): void {
    if (this.kept.size < KEPT) return;
    const smallest = Float64Array.from(this.kept).sort().subarray(0, KEPT);
    this.kept = new Set(smallest);
    this.limit = smallest[KEPT - 1]!;
  }
}
