import type { CacheSettings } from '../../models/runtime/manifest.ts';
import type { Weight } from './deviceGraph.ts';

/** Bytes that a device has to read for a token, whatever program runs there. */
export interface TokenBytes {
  /** The decoder's weights, each once. The table of tokens is none of them: one row of it is read. */
  readonly weights: number;
  /** Keys and values of all positions before the token, and of its own. */
  readonly cache: number;
}

/** What an answer is made of: tokens of the prompt, and those that are written after it. */
export interface AnswerLength {
  readonly prompt: number;
  readonly tokens: number;
}

/** The exporter's names of constants and of rotations for all positions, of which one row is read. */
const ASIDE = /^(?:const|context)\./;

/**
 * What a token takes, on average over those of an answer after the first, which the prompt's own run writes. `weights` are those
 * of `decoder_model_merged`: the loop has the same, and the table besides.
 */
export function bytesOfToken(weights: readonly Weight[], cache: CacheSettings, length: AnswerLength): TokenBytes {
  const position = 2 * cache.layers * cache.kvHeads * cache.headDim * (cache.type === 'float16' ? 2 : 4);
  // The second token looks at the prompt and the first one, the last at everything but itself.
  const positions = length.prompt + length.tokens / 2;
  const whole = weights.filter(({ name }) => !ASIDE.test(name));
  return { weights: whole.reduce((sum, { bytes }) => sum + bytes, 0), cache: position * positions };
}

/** Tokens a second that a device of this bandwidth (bytes a second) could write at most. */
export function limitOf({ weights, cache }: TokenBytes, bandwidth: number): number {
  return bandwidth / (weights + cache);
}
