import type { CacheSettings } from '../manifest.ts';
import { type TensorValue, tensor } from '../sessions/session.ts';

/** The tensors of a decoder's cache, by the names that the ONNX community uses; `past[i]` takes what `present[i]` gave. */
export interface CacheNames {
  readonly past: readonly string[];
  readonly present: readonly string[];
}

export function cacheNames({ layers }: Pick<CacheSettings, 'layers'>): CacheNames {
  const parts = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  return {
    past: parts.map((part) => `past_key_values.${part}`),
    present: parts.map((part) => `present.${part}`),
  };
}

/** A cache that holds no position yet: `[1, heads, 0, dimension]`. */
export function emptyCache({ kvHeads, headDim, type }: CacheSettings): TensorValue {
  const dims = [1, kvHeads, 0, headDim];
  return type === 'float16' ? tensor(type, new Uint16Array(0), dims) : tensor(type, new Float32Array(0), dims);
}
