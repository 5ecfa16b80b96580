import { describe, expect, it } from 'vitest';
import { METRICS, readMetrics, wants } from './plan.ts';

describe('the metrics of a plan', () => {
  it('are all where none is named', () => expect(readMetrics(undefined)).toEqual({ ok: true, value: METRICS }));

  it('are each once, in the order of the tables', () => {
    expect(readMetrics('AP50, meteor,ap50')).toEqual({ ok: true, value: ['meteor', 'ap50'] });
  });

  it('are refused by name', () => {
    const read = readMetrics('miou,bleu');
    expect(read.ok ? '' : read.message).toMatch(/^"bleu" is no metric: write some of meteor,cider/);
  });

  it('are wanted where any of some is', () => {
    const plan = { protocol: 'paper', metrics: ['pq'] } as const;
    expect(wants(plan, 'ap', 'pq')).toBe(true);
    expect(wants(plan, 'ap')).toBe(false);
  });
});
