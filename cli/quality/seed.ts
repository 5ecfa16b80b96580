import { fail, ok, type Result } from '../../core/result.ts';

/** Reads `--seed`. */
export function readSeed(text: string): Result<number> {
  const seed = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(seed) && seed >= 0 ? ok(seed) : fail(`--seed ${text}: write a whole number from 0.`);
}
