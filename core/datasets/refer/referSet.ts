/** What is particular to a set of referring expressions. */
export interface ReferSet {
  readonly kind: string;
  readonly title: string;
  /** The `splitBy` that MGLMM trains with. */
  readonly splitBy: string;
  /** The name of its refs file, where it is not `refs(<splitBy>).p`. */
  readonly refsFile?: string;
  readonly about: string;
  /** What is special to it, at the end of `mapping` and `lost`. */
  readonly mapping?: string;
  readonly lost?: string;
  /** The folder of its photographs. */
  readonly photographs: string;
}
