import { fail, ok, type Result } from '../../core/result.ts';

/** Reads an option that is a share between two bounds, such as `--iou 0.9`. */
export function readShare(name: string, text: string, least: number): Result<number> {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return value >= least && value <= 1 ? ok(value) : fail(`${name} ${text}: write a number from ${least} to 1.`);
}
