import { fail, ok, type Result } from '../../result.ts';
import type { Protocol } from '../masks/example.ts';

/** The numbers that can be asked for, by the names that `--metrics` takes. */
export const METRICS = [
  'meteor',
  'cider',
  'ap50',
  'ap',
  'miou',
  'recall',
  'ciou',
  'giou',
  'n-acc',
  't-acc',
  'pr',
  'pq',
  'sq',
  'rq',
] as const;
export type MetricName = (typeof METRICS)[number];

export const PROTOCOLS = ['paper', 'strict'] as const satisfies readonly Protocol[];

/** What is to be computed, and how. Plain data: worker threads get it as it is. */
export interface Plan {
  readonly protocol: Protocol;
  readonly metrics: readonly MetricName[];
}

/** `meteor,cider`: these metrics, each once, in the order of the tables; all of them where nothing is said. */
export function readMetrics(text: string | undefined): Result<readonly MetricName[]> {
  if (text === undefined) return ok(METRICS);
  const named = text.split(',').map((name) => name.trim().toLowerCase());
  const unknown = named.find((name) => !METRICS.some((metric) => metric === name));
  if (unknown !== undefined)
    return fail(`"${unknown}" is no metric: write some of ${METRICS.join(',')}, with commas between them.`);
  return ok(METRICS.filter((metric) => named.includes(metric)));
}

/** Whether any of some metrics is wanted. */
export function wants({ metrics }: Plan, ...names: readonly MetricName[]): boolean {
  return names.some((name) => metrics.includes(name));
}
