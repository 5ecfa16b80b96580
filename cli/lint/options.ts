/** Reads the options of `uscdf lint` that have a form of their own. */
import { availableParallelism } from 'node:os';
import { fail, ok, type Result } from '../../core/result.ts';
import type { Scope } from '../../core/rules/rule.ts';

export const SCOPES: readonly Scope[] = ['turn', 'record', 'file', 'pixels'];

/** Part `number` of `count` parts, from 1. */
export interface Shard {
  readonly number: number;
  readonly count: number;
}

/** `turn,record`: rules of these scopes; each once, in their own order. */
export function readScopes(text: string | undefined): Result<readonly Scope[]> {
  if (text === undefined) return ok(SCOPES);
  const named = text.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !SCOPES.some((scope) => scope === name));
  if (unknown !== undefined)
    return fail(
      `--scope ${text}: "${unknown}" is no scope: write some of ${SCOPES.join(',')}, with commas between them.`,
    );
  return ok(SCOPES.filter((scope) => named.includes(scope)));
}

/** `2/8`: the second of eight parts. */
export function readShard(text: string | undefined): Result<Shard | undefined> {
  if (text === undefined) return ok(undefined);
  const [, number = '', count = ''] = /^([0-9]{1,6})\/([0-9]{1,6})$/.exec(text) ?? [];
  const shard = { number: Number(number), count: Number(count) };
  if (shard.number >= 1 && shard.number <= shard.count) return ok(shard);
  return fail(`--shard ${text}: write i/n, for example 2/8 for the second of eight parts, with i from 1 to n.`);
}

/** How many threads check at a time; one for each core where nothing is said. */
export function readJobs(text: string | undefined): Result<number> {
  if (text === undefined) return ok(availableParallelism());
  const jobs = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  return jobs >= 1 ? ok(jobs) : fail(`--jobs ${text}: write the number of threads, from 1 to 999.`);
}
