/** Which part of a split a record belongs to: by chance, and always the same. */
import { fail, ok, type Result } from '../result.ts';
import { fingerprint } from './fingerprint.ts';

export interface SplitPart {
  readonly name: string;
  /** All parts' shares sum to 1. */
  readonly share: number;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u;
const RANGE = 2 ** 53;

/** Reads `train=0.9,val=0.1`; the numbers may also be weights, such as `train=9,val=1`. */
export function readRatio(text: string): Result<readonly SplitPart[]> {
  const parts: SplitPart[] = [];
  for (const each of text.split(',')) {
    const at = each.indexOf('=');
    const name = each.slice(0, Math.max(0, at)).trim();
    const share = at < 0 || each.slice(at + 1).trim() === '' ? Number.NaN : Number(each.slice(at + 1));
    if (!NAME.test(name) || !(share > 0 && share <= 1e9))
      return fail(`--ratio ${text}: "${each}" is no part: write NAME=SHARE, such as train=0.9,val=0.1.`);
    if (parts.some((part) => part.name.toLowerCase() === name.toLowerCase()))
      return fail(`--ratio ${text}: "${name}" stands there twice: give every part a name of its own.`);
    parts.push({ name, share });
  }
  if (parts.length < 2) return fail(`--ratio ${text}: name two parts or more, such as train=0.9,val=0.1.`);
  const sum = parts.reduce((total, { share }) => total + share, 0);
  return ok(parts.map(({ name, share }) => ({ name, share: share / sum })));
}

/**
 * The index of the part that a key falls into. It depends on the key, the seed and the shares alone, so that a record stays
 * in its part when others come or go.
 */
export function partOf(key: string, seed: number, parts: readonly SplitPart[]): number {
  const drawn = fingerprint(`${seed}\n${key}`) / RANGE;
  let end = 0;
  for (let i = 0; i + 1 < parts.length; i++) {
    end += parts[i]!.share;
    if (drawn < end) return i;
  }
  return parts.length - 1;
}
