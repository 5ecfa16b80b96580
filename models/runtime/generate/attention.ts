import { type TensorValue, tensor } from '../sessions/session.ts';

/** The masks of an answer under way: one for every position up to now, 1 where the model attends to it. */
export class AttentionMasks {
  readonly #all: BigInt64Array;

  /** `ones` is long enough for every answer and is not written to. */
  constructor(ones: BigInt64Array, unseen: readonly number[]) {
    this.#all = unseen.length === 0 ? ones : ones.slice();
    for (const place of unseen) this.#all[place] = 0n;
  }

  /** `[1, length]`. */
  upTo(length: number): TensorValue {
    return tensor('int64', this.#all.subarray(0, length), [1, length]);
  }
}

/** What masks are prefixes of, for contexts of `maxLength` positions. */
export function onesFor(maxLength: number): BigInt64Array {
  return new BigInt64Array(maxLength + 1).fill(1n);
}
